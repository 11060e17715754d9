"""Make a split of videos in a folder, each with its truth beside it; what is there is kept.

A file is made again when its script or its encoding has changed.
"""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import msgspec

from .film import OPTIONS, RATE, SCALE, encode
from .script import Script, Violation, write_script

VIOLATING = {"fit": 3, "test": 5}  # every so manieth video has a violation: 20 % of the tests


@dataclass(frozen=True)
class Truth:
    """What a made video is. recipe: of the script and the encoding, in one number."""

    name: str
    seconds: float
    violation: Violation | None
    recipe: str


@dataclass(frozen=True)
class Made:
    """A video and its truth."""

    path: Path
    truth: Truth


def make(folder: Path, split: str, count: int, on_done: Callable[[], object]) -> list[Made]:
    """The first videos of a split, in order; encoded by as many processes as there are cores."""
    folder.mkdir(parents=True, exist_ok=True)
    workers = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        made = {pool.submit(make_one, folder, split, n): n for n in range(count)}
        for _ in as_completed(made):
            on_done()
    return [future.result() for future in sorted(made, key=lambda future: made[future])]


def make_one(folder: Path, split: str, number: int) -> Made:
    """One video, if it is not there yet."""
    script = write_script(split, number, violating=number % VIOLATING[split] == 0)
    path = folder / f"{script.name}.mp4"
    truth = Truth(script.name, script.seconds, script.violation, recipe_of(script))
    beside = path.with_suffix(".json")
    text = msgspec.json.format(msgspec.json.encode(truth))
    if not (path.exists() and beside.exists() and beside.read_bytes() == text):
        encode(script, path)
        beside.write_bytes(text)
    return Made(path, truth)


def recipe_of(script: Script) -> str:
    """Changes when the video would."""
    return hashlib.sha256(repr((script, OPTIONS, RATE, SCALE)).encode()).hexdigest()[:16]
