"""Decode chosen frames with NVIDIA DALI: the same film, another decoder.

Runs in the process of gpu_main.py, on files that remux.py has written. On a GPU, NVDEC decodes and
the device scales; on a CPU, where DALI knows VP8, VP9 and MJPEG, the same graph is for tests.
What is made of the frames then is the same code as for PyAV's: sampling.py, canvas.py, picture.py.
Differences from picture.py: 1) scaled by a triangle filter, then by areas into the square; 2) DALI
makes RGB by BT.601 whatever the stream says: that is put right on the scaled picture, and what
BT.601 cannot show is clipped; 3) a frame that the file lacks fails the film.
Source: NVIDIA DALI 2.4.0 `fn.decoders.video`.
"""

from dataclasses import dataclass

import numpy as np
import nvidia.dali
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from nvidia.dali import fn, types

from .answers import Probe
from .film import Use
from .pdq import LONGEST
from .picture import Painter, Pixels
from .prepared import BT601, Matrix, Task
from .upright import Turn

NAME = f"dali {nvidia.dali.__version__}"
CHUNK_BYTES = 512 << 20  # decoded frames on the device at once


class Dali:
    """One decoder on one device. After an error it is of no more use."""

    def __init__(self, device: str) -> None:
        """device: `gpu` or `cpu`. raises: RuntimeError if there is none."""
        self._pipeline = _graph(
            "mixed" if device == "gpu" else "cpu",
            batch_size=1,
            num_threads=2,
            device_id=0 if device == "gpu" else None,
            prefetch_queue_depth=1,
        )
        self._pipeline.build()

    def pictures(self, file: Pixels, numbers: NDArray[np.int64], size: tuple[int, int]) -> Pixels:
        """RGB (T, H, W, 3) of the frames with these numbers. size: H, W. raises: RuntimeError"""
        self._pipeline.feed_input("file", [file])
        self._pipeline.feed_input("numbers", [numbers.astype(np.int32)])
        self._pipeline.feed_input("size", [np.array(size, np.float32)])
        (frames,) = self._pipeline.run()
        return np.asarray(frames.as_cpu().at(0), np.uint8)


@nvidia.dali.pipeline_def  # type: ignore[untyped-decorator]
def _graph(device: str) -> object:
    file = fn.external_source(name="file", ndim=1, dtype=types.UINT8)
    numbers = fn.external_source(name="numbers", ndim=1, dtype=types.INT32)
    size = fn.external_source(name="size", ndim=1, dtype=types.FLOAT)
    frames = fn.decoders.video(file, device=device, frames=numbers, pad_mode="none")
    return fn.resize(frames, size=size, interp_type=types.INTERP_TRIANGULAR, antialias=True)


@dataclass(frozen=True, kw_only=True)
class DaliFilm:
    """A rewritten file as sampling.py sees films. Its frames are those that were chosen."""

    dali: Dali
    file: memoryview
    task: Task

    @property
    def probe(self) -> Probe:
        """What the upload is."""
        return self.task.probe

    @property
    def times(self) -> NDArray[np.float64]:
        """Of the chosen frames."""
        return np.array(self.task.clean.times, np.float64)

    @property
    def missing_seconds(self) -> float:
        """Promised by the upload and not in it."""
        return self.task.clean.missing_seconds

    def decode(self, places: NDArray[np.int64], use: Use) -> tuple[list[float], int]:
        """Give the frames at ascending places to `use`. raises: RuntimeError"""
        numbers = np.array(self.task.clean.numbers, np.int64)[places]
        file = np.frombuffer(self.file, np.uint8)[: self.task.clean.size_bytes]
        shape, painter = self.task.clean.shape, Painter(aspect=1.0)
        frame_bytes = 3 * shape.width * shape.height
        at_once = max(1, CHUNK_BYTES // frame_bytes)
        turn = Turn(shape.quarters, shape.mirrored)
        for start in range(0, numbers.size, at_once):
            chunk = numbers[start : start + at_once]
            for place, rgb in enumerate(self.dali.pictures(file, chunk, self._size())):
                picture = np.ascontiguousarray(turn.upright(corrected(rgb, shape.matrix)))
                use(start + place, VideoFrame.from_ndarray(picture, format="rgb24"), painter)
        return self.times[places].tolist(), 0

    def _size(self) -> tuple[int, int]:
        """Height and width on the device, before the picture is turned; enough for the hash."""
        shape = self.task.clean.shape
        longest = max(self.task.sample.side, LONGEST)
        factor = min(1.0, longest / max(shape.width, shape.height))
        sides = [max(1, round(length * factor)) for length in (shape.height, shape.width)]
        return (sides[1], sides[0]) if shape.quarters % 2 else (sides[0], sides[1])


def corrected(rgb: Pixels, matrix: Matrix) -> Pixels:
    """The picture by the stream's own matrix instead of BT.601's."""
    if matrix == BT601:
        return rgb
    exact = rgb.reshape(-1, 3).astype(np.float32) @ _CORRECTIONS[matrix].T
    return np.asarray(np.rint(np.clip(exact, 0, 255)), np.uint8).reshape(rgb.shape)


def _to_rgb(red: float, blue: float) -> NDArray[np.float64]:
    """R'G'B' of Y'CbCr, of the luma's shares of red and blue. source: H.273, 8.3"""
    green = 1 - red - blue
    return np.array(
        [
            [1, 0, 2 * (1 - red)],
            [1, -2 * blue * (1 - blue) / green, -2 * red * (1 - red) / green],
            [1, 2 * (1 - blue), 0],
        ]
    )


_OF_BT601 = np.linalg.inv(_to_rgb(0.299, 0.114))
_CORRECTIONS = {
    1: (_to_rgb(0.2126, 0.0722) @ _OF_BT601).astype(np.float32),
    9: (_to_rgb(0.2627, 0.0593) @ _OF_BT601).astype(np.float32),
}
