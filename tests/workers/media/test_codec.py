"""Who decodes, and within what bounds."""

from pathlib import Path

import av
import pytest

from tests.workers.media import clips, specials
from workers.media.codec import THREADS_MAX, decoder_of
from workers.media.container import open_container, picture


def decoder(path: Path) -> av.VideoCodecContext:
    with open(path, "rb") as file, open_container(file.fileno()) as container:
        stream = picture(container)
        assert stream is not None
        return decoder_of(stream)


@pytest.mark.parametrize(
    ("encoder", "pixels", "expected"),
    [
        ("libvpx", "yuva420p", "libvpx"),
        ("libvpx", "yuv420p", "vp8"),
        ("libvpx-vp9", "yuva420p", "libvpx-vp9"),
        ("libvpx-vp9", "yuv420p", "vp9"),
    ],
)
def test_the_alpha_of_webm_needs_its_own_decoder(
    tmp_path: Path, encoder: str, pixels: str, expected: str
) -> None:
    assert decoder(specials.transparent(tmp_path / "v.webm", encoder, pixels)).name == expected


@pytest.mark.parametrize(
    ("name", "codec", "expected"),
    [
        ("v.mp4", "libx264", "h264"),
        ("v.mkv", "libx265", "hevc"),
        ("v.mp4", "libsvtav1", "libdav1d"),
        ("v.avi", "mjpeg", "mjpeg"),
    ],
)
def test_software_decodes(tmp_path: Path, name: str, codec: str, expected: str) -> None:
    codec_context = decoder(clips.video(tmp_path / name, codec=codec))
    assert codec_context.name == expected
    assert 1 <= codec_context.thread_count <= THREADS_MAX
