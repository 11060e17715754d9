"""The live policies as they are judged: k, n and thresholds fitted on other videos, in a file."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from topics.errors import UsageError
from topics.policies import Policy, Thresholds

from .live import THRESHOLD, live


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """What was fitted. build: of the engine; clips: how many videos, of the split `fit`."""

    build: str
    clips: int
    k: int
    n: int
    thresholds: dict[str, float]


def untuned(build: str) -> Tuned:
    """What is judged before anything is fitted."""
    thresholds = {one.policy.id: THRESHOLD for one in live()}
    return Tuned(build=build, clips=0, k=1, n=1, thresholds=thresholds)


def policies(tuned: Tuned) -> list[Policy]:
    """The live policies with these numbers; one action each, whose name does not matter."""
    return [
        msgspec.structs.replace(
            one.policy,
            actions=Thresholds(label=tuned.thresholds[one.policy.id]),
            k=tuned.k,
            n=tuned.n,
            minimum_seconds=0.0,
        )
        for one in live()
    ]


def save(tuned: Tuned, path: Path) -> None:
    """Write the file."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(tuned)) + b"\n")


def read(path: Path, build: str) -> Tuned:
    """raises: UsageError when it is not there, or was fitted on another build."""
    try:
        tuned = msgspec.json.decode(path.read_bytes(), type=Tuned)
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(f"cannot read {path}, which `--fit` writes: {error}") from error
    if tuned.build != build:
        raise UsageError(
            f"{path} was fitted on {tuned.build}, the engine is {build}: `--fit` again"
        )
    return tuned
