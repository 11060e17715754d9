"""Make SafeEditBench-mini: drawn scenes in pairs, through real H.264, in the real set's layout.

Five policies after the paper's L1 … L5 (retrain/levels.py), decided by combinations of object, kind
of rule and place that no training row has. A pair is the unsafe original and the same scene with
one object replaced. The draws are those of retrain/testsets.py, always the same ones.
"""

import io
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engines.scenes.draw import draw
from engines.scenes.layout import Scene

from ..h264 import through_h264
from ..testsets import LEVEL_SETS, VIDEO_CRF, VIDEO_SCALE, StrictPair, draw_pairs
from . import parquet
from .facts import Facts, write_facts
from .likeness import ALIKE, Fingerprint, distances, fingerprint
from .safeeditbench import COLUMNS, EDITED

FILE = "data/test-00000-of-00001.parquet"
PAIRS = 100  # a policy
STOPS = re.compile(r" ([.,:])")
SENTENCE = re.compile(r"(^|\. )(\w)")

Frame = NDArray[np.uint8]


def make(folder: Path, pairs: int, advance: Callable[[int], object]) -> int:
    """Write the set; returns the number of rows. Nothing is left behind half: the file comes last.

    pairs: of each policy
    """
    rows: list[dict[str, Any]] = []
    facts: list[Facts] = []
    for level in LEVEL_SETS:
        for number, (pair, frames) in enumerate(islice(unlike(draw_pairs(level)), pairs)):
            rows += _rows(level.name, number, pair, frames)
            facts += [_facts(pair, which) for which in _original_first(pair)]
            advance(1)
    folder.mkdir(parents=True, exist_ok=True)
    write_facts(folder, facts)
    parquet.write(folder / FILE, COLUMNS, rows)
    return len(rows)


def unlike(pairs: Iterator[StrictPair]) -> Iterator[tuple[StrictPair, tuple[Frame, Frame]]]:
    """Pairs with their frames, without those that look like an earlier one."""
    seen: list[Fingerprint] = []
    for pair in pairs:
        one, other = (encoded(pair.scenes[which]) for which in _original_first(pair))
        likeness = fingerprint(one)
        if not seen or distances(likeness, np.stack(seen)).min() > ALIKE:
            seen.append(likeness)
            yield pair, (one, other)


def encoded(scene: Scene) -> Frame:
    """A frame as an upload delivers it: 384 px, encoded and decoded; not yet letterboxed."""
    frame: Frame = through_h264(draw(scene, VIDEO_SCALE)[None], VIDEO_CRF)[0]
    return frame


def prose(text: str) -> str:
    """As a person would type it: "no guns ." becomes "No guns."."""
    return SENTENCE.sub(lambda found: found[1] + found[2].upper(), STOPS.sub(r"\1", text))


def _original_first(pair: StrictPair) -> tuple[int, int]:
    """Editors make unsafe pictures safe, never the other way round."""
    return (0, 1) if pair.words[0] == "unsafe" else (1, 0)


def _rows(
    level: str, number: int, pair: StrictPair, frames: tuple[Frame, Frame]
) -> list[dict[str, Any]]:
    paths = [f"test_images/{level}_{number:04}{edited}.png" for edited in ("", EDITED)]
    return [
        {
            "image": {"bytes": _png(frame), "path": path.rpartition("/")[2]},
            "image_path": path,
            "safety_label": label,
            "policy_name": f"Policy {level}",
            "policy": prose(pair.text),
        }
        for frame, path, label in zip(frames, paths, (1, 0), strict=True)
    ]


def _facts(pair: StrictPair, which: int) -> Facts:
    scene = pair.scenes[which]
    return Facts(scene.place, [*scene.objects], pair.policy.rest_banned, pair.deciding)


def _png(frame: Frame) -> bytes:
    file = io.BytesIO()
    Image.fromarray(frame).save(file, "PNG")
    return file.getvalue()
