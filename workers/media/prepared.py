"""What a child is asked before a file may go to another decoder, and what it hands over.

The file itself lies in the buffer: one picture track, written anew. Every number has a bound.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .answers import FRAMES_MAX, Count, Hash, Name, Probe, Sample, Sampled, Seconds, Side

Matrix = Literal[1, 5, 9]  # BT.709, BT.601, BT.2020
BT601: Matrix = 5

Places = Annotated[list[Count], Meta(max_length=FRAMES_MAX)]


class Prepare(msgspec.Struct, frozen=True, kw_only=True, tag="prepare"):
    """Write the picture track anew for another decoder, or else answer `sample` at once.

    decoder:   its name, as `dali 2.4.0`
    codecs:    what it decodes, by FFmpeg's names
    bytes_max: of the new file
    """

    sample: Sample
    decoder: Name
    codecs: list[str]
    bytes_max: int


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """A chosen frame as FFmpeg decodes it, by which another decoder is checked."""

    place: Count
    pdq: Hash


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """How the decoder's frames become what a player shows.

    matrix: by which RGB is made of them, of H.273
    width, height: as displayed; quarters: turned counterclockwise, after they were mirrored
    """

    matrix: Matrix
    width: Side
    height: Side
    quarters: Annotated[int, Meta(ge=0, le=3)]
    mirrored: bool


class Clean(msgspec.Struct, frozen=True, kw_only=True):
    """A Matroska file of one picture track, constant rate, from 0 on, and the frames to take.

    numbers: of the frames in the new file, ascending; times: when they are shown in the upload
    steps, cuts: places in these two lists
    """

    size_bytes: Count
    numbers: Places
    times: Annotated[list[Seconds], Meta(max_length=FRAMES_MAX)]
    steps: Places
    cuts: Places
    step_seconds: Seconds
    missing_seconds: Seconds
    shape: Shape
    watched: Annotated[list[Watched], Meta(max_length=8)]

    def fits(self, buffer_bytes: int) -> bool:
        """Whether sizes, lists and places belong together."""
        count = len(self.times)
        places = [*self.steps, *self.cuts, *(frame.place for frame in self.watched)]
        return (
            0 < self.size_bytes <= buffer_bytes
            and len(self.numbers) == count > 0
            and len(self.steps) + len(self.cuts) == count
            and all(place < count for place in places)
        )


class Prepared(msgspec.Struct, frozen=True, kw_only=True, tag="prepared"):
    """One of both: a new file for the other decoder, or frames that the child has decoded itself.

    probe, may_carry_manifest: as in `Sampled`, for the new file
    decoder: that of the child, which close-ups will come from
    """

    sampled: Sampled | None = None
    clean: Clean | None = None
    probe: Probe | None = None
    decoder: Name = ""
    may_carry_manifest: bool = False


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Worker to the decoder's process, with descriptors (new file, buffer for the squares)."""

    sample: Sample
    clean: Clean
    probe: Probe


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The decoder's process: it could not, and why."""

    why: Annotated[str, Meta(max_length=500)]


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag="ready"):
    """The decoder's process: it works. decoder: as `dali 2.4.0`; device: as `NVIDIA H100 80GB`."""

    decoder: Name
    device: Name


encode = msgspec.json.Encoder().encode
task_decoder = msgspec.json.Decoder(Task)
reply_decoder: msgspec.json.Decoder[Ready | Failed | Sampled] = msgspec.json.Decoder(
    Ready | Failed | Sampled
)
