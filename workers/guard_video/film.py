"""Encode a script into a video file: H.264 at a low rate, so that minutes of it cost seconds."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engines.scenes.draw import draw
from engines.scenes.front import put_writing
from engines.scenes.layout import inner_size

from .camera import MARGIN, Camera
from .script import Script, Take

SCALE = 4  # 384 px on the longer side
RATE = 4  # frames per second
OPTIONS: dict[str, object] = {"crf": "25", "preset": "veryfast", "g": "40", "threads": "1"}

Frame = NDArray[np.uint8]


def encode(script: Script, path: Path) -> None:
    """Write a script's video; the file appears when it is whole."""
    part = path.with_suffix(".part.mp4")
    with av.open(str(part), "w") as out:
        picture = out.add_stream("libx264", rate=RATE)
        width, height = (length * SCALE for length in inner_size(script.takes[0].scene.aspect))
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        picture.options = OPTIONS
        for number, pixels in enumerate(_frames(script)):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            out.mux(picture.encode(frame))
        out.mux(picture.encode())
    part.rename(path)


def _frames(script: Script) -> Iterator[Frame]:
    number = 0
    for take in script.takes:
        until = round(take.end_seconds * RATE)
        yield from _shown(take, range(number, until))
        number = until


def _shown(take: Take, numbers: range) -> Iterator[Frame]:
    """The frames of one take; of a camera that stands still the same one again."""
    scene = take.scene
    size = inner_size(scene.aspect)
    place = Image.fromarray(draw(replace(scene, writing=""), SCALE, MARGIN))
    camera = Camera(size, take.corners, take.camera)
    held: Frame | None = None
    for number in numbers:
        if held is None or take.camera:
            box = camera.box(number / RATE)
            held = _written(_cropped(place, box, size), take)
        yield held


def _cropped(place: Image.Image, box: tuple[float, ...], size: tuple[int, int]) -> Frame:
    left, top, right, bottom = (edge * SCALE for edge in box)
    width, height = (length * SCALE for length in size)
    shown = place.resize((width, height), Image.Resampling.BILINEAR, (left, top, right, bottom))
    return np.asarray(shown)


def _written(pixels: Frame, take: Take) -> Frame:
    """Writing lies over the picture and does not move with it."""
    if not take.scene.writing:
        return pixels
    canvas = pixels.astype(np.float32)
    put_writing(canvas, take.scene.writing, SCALE, np.random.default_rng(take.scene.seed))
    return canvas.clip(0, 255).astype(np.uint8)
