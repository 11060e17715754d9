"""The demo's clips, what each shows, and the policy change that one of them is judged by again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engines.scenes.layout import arrange

from .film import Film, Shot, encode

SQUARE, WIDE, TALL = (1, 1), (4, 3), (9, 16)

Aspect = tuple[int, int]
Write = Callable[[Path], object]


@dataclass(frozen=True)
class Clip:
    """One file of the demo."""

    name: str
    shows: str
    write: Write


@dataclass(frozen=True)
class Change:
    """A new text for a policy, and the clip on which it makes a difference."""

    policy_id: str
    text: str
    why: str
    clip: str


def _shot(seconds: float, place: str, objects: str, seed: int, aspect: Aspect = SQUARE) -> Shot:
    return Shot(arrange(place, tuple(objects.split()), seed, aspect), seconds)


def _film(*shots: Shot, rates: tuple[int, ...] = (25,), silent: bool = False) -> Write:
    film = Film(shots=shots, rates=rates, silent=silent)
    return lambda path: encode(film, path)


def _cut(write: Write) -> Write:
    """A file that ends in its middle, so that its index is missing."""

    def cut(path: Path) -> None:
        write(path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return cut


def _bytes(content: bytes) -> Write:
    return lambda path: path.write_bytes(content)


CLIPS: tuple[Clip, ...] = (
    Clip("flag-street.mp4", "a street with a flag", _film(_shot(6, "street", "flag bottle", 1))),
    Clip(
        "gun-street.mp4",
        "a street; a gun from 0:03 to 0:07",
        _film(
            _shot(3, "street", "flag", 2),
            _shot(4, "street", "gun flag", 6),
            _shot(3, "street", "flag", 5),
        ),
    ),
    Clip("gun-museum.mp4", "a gun in a museum", _film(_shot(6, "museum", "gun cross", 5))),
    Clip("knife-kitchen.mp4", "a knife in a kitchen", _film(_shot(6, "kitchen", "knife", 6))),
    Clip("knife-beach.mp4", "a knife on a beach", _film(_shot(6, "beach", "knife", 7))),
    Clip("child-alone.mp4", "a child without an adult", _film(_shot(6, "beach", "child", 8))),
    Clip("family.mp4", "a child with an adult", _film(_shot(6, "beach", "child adult", 9))),
    Clip(
        "silent.mp4",
        "a gun in a kitchen, no sound",
        _film(_shot(6, "kitchen", "gun", 10), silent=True),
    ),
    Clip(
        "variable-rate.mp4",
        "10 to 30 frames per second; a gun from 0:04",
        _film(_shot(4, "beach", "flag", 11), _shot(4, "beach", "gun", 12), rates=(30, 10, 24)),
    ),
    Clip(
        "vertical.mp4", "9:16; a street with a cross", _film(_shot(6, "street", "cross", 13, TALL))
    ),
    Clip("broken.mp4", "cut off in its middle", _cut(_film(_shot(6, "street", "gun", 14)))),
    Clip("empty.mp4", "a file of 0 bytes", _bytes(b"")),
    Clip("not-a-video.mp4", "text that calls itself a video", _bytes(b"this is no video\n" * 64)),
)

CHANGE = Change(
    policy_id="weapons",
    text="No guns. Anything else is allowed.",
    why="guns are banned in museums too",
    clip="gun-museum.mp4",
)
