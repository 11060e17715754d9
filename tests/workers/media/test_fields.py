"""Of an interlaced frame, the field that was filmed at the frame's own time is painted."""

from pathlib import Path

import av
import numpy as np
import pytest

from tests.workers.media import clips, specials
from workers.media.container import open_container
from workers.media.fields import FieldPicker
from workers.media.picture import Painter

CODECS = [
    ("v.mp4", "libx264", {"x264-params": "interlaced=1", "crf": "8"}),
    ("v.ts", "mpeg2video", {"flags": "+ildct+ilme", "q": "2"}),
    ("v.avi", "mpeg4", {"flags": "+ildct+ilme"}),
]


def decoded(path: Path) -> list[av.VideoFrame]:
    with open(path, "rb") as file, open_container(file.fileno()) as container:
        return list(container.decode(video=0))


def painted(frames: list[av.VideoFrame]) -> list[list[bool]]:
    """Whether the early and the late bar can be seen in each frame."""
    painter, out, seen = Painter(1.0), np.empty((64, 64, 3), np.uint8), list[list[bool]]()
    for frame in frames:
        painter.square(frame, out)
        early, late = out[8:56, 12:16, 0], out[8:56, 44:48, 0]
        assert np.ptp(early) < 30 and np.ptp(late) < 30  # no comb
        seen.append([bool(early.mean() > 128), bool(late.mean() > 128)])
    return seen


@pytest.mark.parametrize(("name", "codec", "options"), CODECS)
@pytest.mark.parametrize("first", [0, 1])
def test_the_first_field_alone_is_painted(
    tmp_path: Path, name: str, codec: str, options: dict[str, object], first: int
) -> None:
    frames = decoded(specials.interlaced(tmp_path / name, codec, options, first))
    assert len(frames) == 6 and all(frame.interlaced_frame for frame in frames)
    assert painted(frames) == [[True, False]] * 6


def test_progressive_frames_keep_every_line(tmp_path: Path) -> None:
    frame = decoded(clips.video(tmp_path / "v.mp4"))[0]
    assert FieldPicker().first_field(frame) is frame


def test_an_interlaced_frame_is_displayed_at_its_full_height() -> None:
    frame = specials.marked(av.VideoFrame.from_ndarray(np.zeros((96, 128, 3), np.uint8)), "tff")
    assert frame.interlaced_frame
    assert Painter(1.0).displayed(frame) == (128, 96)
    assert FieldPicker().first_field(frame).height == 48
