"""Milliseconds of one core that painting a 1080p frame into a square takes, by what it is.

`python -m tests.bench.painting [SIDE]`; the last line is one JSON object.
"""

import json
import sys
import time

import av
import numpy as np

from workers.media.colour import HLG, PQ
from workers.media.picture import Painter

WIDTH, HEIGHT, SIDE, ROUNDS = 1920, 1080, 448, 15
YCGCO = 8
FRAMES = {  # pixels, transfer, matrix
    "sdr": ("yuv420p", 1, 1),
    "sdr_10_bit": ("yuv420p10le", 1, 1),
    "pq": ("yuv420p10le", PQ, 9),
    "hlg": ("yuv420p10le", HLG, 9),
    "ycgco": ("yuv444p", 1, YCGCO),
    "transparent": ("yuva420p", 1, 1),
}


def noise(pixels: str, transfer: int, matrix: int) -> av.VideoFrame:
    """A frame of random bytes."""
    rng, frame = np.random.default_rng(0), av.VideoFrame(WIDTH, HEIGHT, pixels)
    for plane in frame.planes:
        plane.update(rng.bytes(plane.buffer_size))
    frame.color_trc, frame.colorspace = transfer, matrix
    return frame


def painting_ms(frame: av.VideoFrame, side: int) -> float:
    """The quickest of some rounds, after one that sets up the scaler."""
    painter, out = Painter(1.0), np.empty((side, side, 3), np.uint8)
    painter.square(frame, out)
    took = []
    for _ in range(ROUNDS):
        before = time.process_time()
        painter.square(frame, out)
        took.append(1000 * (time.process_time() - before))
    return round(min(took), 2)


def main() -> None:
    side = int(sys.argv[1]) if len(sys.argv) > 1 else SIDE
    print(json.dumps({name: painting_ms(noise(*kind), side) for name, kind in FRAMES.items()}))


if __name__ == "__main__":
    main()
