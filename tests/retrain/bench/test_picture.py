"""Pictures of every kind become the guard's square; broken ones stop the run by name."""

import io

import numpy as np
import pytest
from PIL import Image

from retrain.bench.errors import BenchDataError
from retrain.bench.picture import square, stored_bytes

from .sets import picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
def test_a_picture_of_any_kind_is_letterboxed(kind: str) -> None:
    frame = square(picture(200, kind), 96, "row 0")
    assert frame.shape == (96, 96, 3)
    assert not frame[:12].any() and abs(int(frame[48, 48, 0]) - 200) < 3


def test_what_is_transparent_is_shown_on_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(file, "PNG")
    assert square(file.getvalue(), 8, "row 0").min() == 255


def test_sixteen_bit_grey_is_seen() -> None:
    file = io.BytesIO()
    Image.fromarray(np.full((8, 8), 65535, np.uint16)).save(file, "PNG")
    assert square(file.getvalue(), 8, "row 0").min() == 255


@pytest.mark.parametrize("content", [b"no picture", picture(9)[:60], picture(9, "JPEG")[:200]])
def test_an_undecodable_picture_is_named_by_its_row(content: bytes) -> None:
    with pytest.raises(BenchDataError, match=r"test\.parquet row 7: the picture cannot be decoded"):
        square(content, 96, "test.parquet row 7")


@pytest.mark.parametrize("image", [None, {"bytes": None, "path": "x.jpg"}, {"bytes": b""}, "x"])
def test_a_picture_that_is_only_a_path_is_refused(image: object) -> None:
    with pytest.raises(BenchDataError, match="row 3: the picture's bytes are not in the file"):
        stored_bytes(image, "row 3")


def test_bytes_alone_are_a_picture() -> None:
    assert stored_bytes(picture(1), "row 0") == stored_bytes({"bytes": picture(1)}, "row 0")
