"""Milliseconds of one core that the perceptual hash of a decoded frame takes, scaling included."""

import statistics
import time
from pathlib import Path

import av

from tests.bench.figure import Figure
from workers.media.pdq import LONGEST, pdq
from workers.media.picture import Painter

PDQ_MS_MAX = 2.0
FRAMES = 60


def measure(film: Path, *, rounds: int) -> list[Figure]:
    """pdq_ms_per_frame."""
    with av.open(str(film)) as container:
        frames = [frame for frame, _ in zip(container.decode(video=0), range(FRAMES), strict=False)]
    painter = Painter(1.0)
    took = []
    for _ in range(rounds + 1):  # the first one warms up
        before = time.process_time()
        for frame in frames:
            assert pdq(painter.luma(frame, LONGEST))
        took.append(1000 * (time.process_time() - before) / len(frames))
    return [
        Figure(
            name="pdq_ms_per_frame",
            value=round(statistics.median(took[1:]), 2),
            target=PDQ_MS_MAX,
            better="less",
            note=f"processor time, {frames[0].width}x{frames[0].height} to at most {LONGEST} px",
        )
    ]
