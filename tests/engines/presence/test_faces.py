"""Faces are found where they are, also small ones, and not where there is none."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.errors import EngineError
from engines.presence.faces import CELLS, FaceDetector, faces_of
from engines.presence.shape import SIDE

from . import real

FOLDER = Path("engines/weights/presence")
FACE_SHARE = 45 / 176  # of carphone's width


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector(FOLDER)


def test_the_talking_man_is_found_in_every_frame(detector: FaceDetector) -> None:
    found = detector.faces(real.squares(real.film("carphone_pristine.mp4"), 10, SIDE))
    assert [len(faces) for faces in found] == [1] * 12
    first = found[0][0]  # in the picture: 60 to 105 of 176 across, 37 to 94 of 144 down
    assert (first.left + first.right) / 2 == pytest.approx(0.47, abs=0.05)
    assert (first.top + first.bottom) / 2 == pytest.approx(0.48, abs=0.05)


@pytest.mark.parametrize("face_px", [31, 18, 15])
def test_small_faces_are_found_too(detector: FaceDetector, face_px: int) -> None:
    frames = real.squares(real.film("carphone_pristine.mp4"), 10, SIDE)
    side = round(face_px / FACE_SHARE)
    small = np.zeros_like(frames)
    for number, frame in enumerate(frames):
        smaller = Image.fromarray(frame).resize((side, side), Image.Resampling.BOX)
        small[number, :side, :side] = np.asarray(smaller)
    assert sum(bool(faces) for faces in detector.faces(small)) >= 11


def test_a_rabbit_has_no_face(detector: FaceDetector) -> None:
    found = detector.faces(real.squares(real.film("bigbuckbunny.mp4"), 10, SIDE))
    assert [len(faces) for faces in found] == [0] * 14


def test_no_frames_have_no_faces(detector: FaceDetector) -> None:
    assert detector.faces(np.zeros((0, SIDE, SIDE, 3), np.uint8)) == []


def test_another_size_is_refused(detector: FaceDetector) -> None:
    with pytest.raises(EngineError, match=r"expected frames \(T, 192, 192, 3\), got"):
        detector.faces(np.zeros((1, 96, 96, 3), np.uint8))


def test_boxes_that_overlap_are_one_face() -> None:
    raw, logits = np.zeros((CELLS**2, 16), np.float32), np.full(CELLS**2, -9.0, np.float32)
    raw[:, 2:4] = 40
    logits[[100, 101, 2000]] = 2.0, 1.0, 3.0  # neighbours, and one far away
    surest, second = faces_of(raw, logits)
    assert (surest.score, second.score) == pytest.approx((0.953, 0.881), abs=1e-3)
    assert second.right - second.left == pytest.approx(40 / SIDE, abs=1e-6)


def test_wild_numbers_are_no_face() -> None:
    raw = np.full((CELLS**2, 16), 1e30, np.float32)
    assert faces_of(raw, np.full(CELLS**2, -1e30, np.float32)) == ()


def test_the_card_names_the_very_files() -> None:
    card = (FOLDER / "README.md").read_text()
    files = [FOLDER / "faces.onnx", FOLDER / "voice.onnx"]
    assert [hashlib.sha256(file.read_bytes()).hexdigest() in card for file in files] == [True] * 2
