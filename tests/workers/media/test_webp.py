"""An animated WebP is shown frame by frame as a browser shows it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.workers.media import clips
from workers.media.film import TooManyPixels, open_film
from workers.media.webp import Animation, read_animation

LENGTHS = [200, 5, 300, 100, 100, 400]  # ms
TIMES = [0, 200, 300, 600, 700, 800]  # the 5 ms count as 100
KINDS = [
    {"minimize_size": True},  # frames hold what changed
    {"kmin": 1, "kmax": 1},  # every frame is whole
    {"kmin": 3, "kmax": 5},
    {"allow_mixed": True},
]


def drawings() -> list[Image.Image]:
    """A disc that moves behind a pane that is half transparent."""
    images = [Image.new("RGBA", (120, 80)) for _ in LENGTHS]
    for number, image in enumerate(images):
        pen = ImageDraw.Draw(image)
        pen.ellipse((10 * number, 10, 10 * number + 30, 50), fill=(200, 60, 60, 255))
        pen.rectangle((60, 60, 100, 70), fill=(40, 80, 200, 128 + 10 * number))
    return images


def moving(path: Path, *, lossless: bool = True, **kind: Any) -> Path:
    first, *rest = drawings()
    first.save(path, save_all=True, append_images=rest, duration=LENGTHS, lossless=lossless, **kind)
    return path


def animation(path: Path) -> Animation:
    with open(path, "rb") as file:
        found = read_animation(file.fileno())
    assert found is not None
    return found


def shown(path: Path, wanted: list[int]) -> dict[int, clips.Pixels]:
    with open(path, "rb") as file:
        found = read_animation(file.fileno())
        assert found is not None
        return {
            frame.pts or 0: np.asarray(frame.to_ndarray(format="rgba"), np.uint8)
            for frame in found.frames(wanted)
        }


def visible(pixels: clips.Pixels) -> clips.Pixels:
    """On black: colours that cannot be seen do not count."""
    return (pixels[..., :3] * (pixels[..., 3:] / 255)).astype(np.uint8)


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_is_what_libwebp_shows(tmp_path: Path, kind: dict[str, Any]) -> None:
    path = moving(tmp_path / "m.webp", **kind)
    reference, ours = Image.open(path), shown(path, TIMES)
    assert list(ours) == TIMES
    for number, pixels in enumerate(ours.values()):
        reference.seek(number)
        expected = np.asarray(reference.convert("RGBA"))
        assert (pixels[..., 3] == expected[..., 3]).all()
        assert (visible(pixels) == visible(expected)).all()


def test_a_lossy_one_is_near_what_libwebp_shows(tmp_path: Path) -> None:
    path = moving(tmp_path / "m.webp", lossless=False)
    reference = Image.open(path)
    for number, pixels in enumerate(shown(path, TIMES).values()):
        reference.seek(number)
        expected = visible(np.asarray(reference.convert("RGBA"))).astype(int)
        assert np.abs(visible(pixels) - expected).mean() < 1


def test_one_frame_alone_is_the_same_as_among_all(tmp_path: Path) -> None:
    path = moving(tmp_path / "m.webp")
    assert (shown(path, [700])[700] == shown(path, TIMES)[700]).all()


def test_times_are_those_of_a_browser(tmp_path: Path) -> None:
    track = animation(moving(tmp_path / "m.webp")).track()
    assert (track.times.tolist(), track.end) == (TIMES, 1200)


def test_a_still_is_left_to_ffmpeg(tmp_path: Path) -> None:
    for name in ("a.webp", "a.png", "a.gif"):
        drawings()[0].save(tmp_path / name)
        with open(tmp_path / name, "rb") as file:
            assert read_animation(file.fileno()) is None


def test_a_cut_one_gives_what_is_left(tmp_path: Path) -> None:
    path = moving(tmp_path / "m.webp")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with open(path, "rb") as file:
        film, numbers = open_film(file.fileno()), list[int]()
        places = np.arange(film.times.size)
        times, errors = film.decode(places, lambda number, frame, painter: numbers.append(number))
    assert film.probe.truncated
    assert 2 <= len(times) < len(LENGTHS) and numbers == list(range(len(times)))
    assert errors <= 1


def test_damaged_frames_are_none(tmp_path: Path) -> None:
    path = moving(tmp_path / "m.webp")
    with open(path, "r+b") as file:
        for part in animation(path).parts:
            file.seek(part.offset + 8)
            file.write(b"\xff" * (part.size_bytes - 8))
    assert shown(path, TIMES) == {}


@pytest.mark.parametrize("length", [12, 20, 29, 30, 31, 44, 52, 60, 70])
def test_a_head_alone_moves_nothing(tmp_path: Path, length: int) -> None:
    path = moving(tmp_path / "m.webp")
    path.write_bytes(path.read_bytes()[:length])
    with open(path, "rb") as file:
        found = read_animation(file.fileno())
        assert found is None or list(found.frames(found.track().times.tolist())) == []


def test_a_canvas_beyond_8k_is_refused(tmp_path: Path) -> None:
    path = moving(tmp_path / "m.webp")
    content = bytearray(path.read_bytes())
    content[24:30] = b"\xff\xff\xff\xff\xff\xff"
    path.write_bytes(content)
    with open(path, "rb") as file, pytest.raises(TooManyPixels):
        open_film(file.fileno())


def test_frames_that_claim_gigabytes_cost_nothing(tmp_path: Path) -> None:
    path = moving(tmp_path / "m.webp")
    content = bytearray(path.read_bytes())
    at = content.index(b"ANMF") + 4
    content[at : at + 4] = b"\xff\xff\xff\x7f"
    path.write_bytes(content)
    assert sum(part.size_bytes for part in animation(path).parts) < len(content)
