"""The bare PyAV loop that the worker is held against: a path in, frames at 1 fps out, nothing else.

The same sampling as the worker's: the first frame at or after each second by PTS, scaled with its
aspect kept into a black square. Two loops:
plain:   decodes every frame with threads, as the examples of PyAV do
thrifty: reads all times first, then decodes only the packets that a chosen frame needs, and of
         these skips what no other frame refers to: the worker's strategy in forty lines
As many processes as uploads in flight work through the files, each as long as there are some.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

SCALER = VideoReformatter()  # kept: setting one up costs more than a small frame
SIDE, STEP_SECONDS, FRAMES_MAX = 96, 1.0, 240
Frames = list[NDArray[np.uint8]]
Loop = Callable[[Path], int]
Run = Callable[[Loop, Sequence[Path]], float]


def plain(path: Path) -> int:
    """How many frames were kept."""
    frames: Frames = []
    due = 0.0
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= due - 1e-6:
                frames.append(square(frame))
                due += STEP_SECONDS
    return len(frames)


def thrifty(path: Path) -> int:
    """How many frames were kept."""
    wanted, needed = plan(path)
    frames: Frames = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        codec, skipped = stream.codec_context, False
        for number, packet in enumerate(container.demux(stream)):
            if packet.size and number not in needed:
                skipped = True
                continue
            if skipped:
                frames += [square(frame) for frame in codec.decode(None) if frame.pts in wanted]
                codec.flush_buffers()
                skipped = False
            codec.skip_frame = "DEFAULT" if packet.pts in wanted else "NONREF"
            frames += [square(frame) for frame in codec.decode(packet) if frame.pts in wanted]
    return len(frames)


def plan(path: Path) -> tuple[set[int], set[int]]:
    """The times of the chosen frames, and the numbers of the packets that they need."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        pts = np.array([packet.pts for packet in packets], np.int64)
        keys = np.flatnonzero([packet.is_keyframe for packet in packets])
        step = STEP_SECONDS / float(stream.time_base or 1)
    shown = np.unique(pts)
    slots = np.searchsorted(shown, shown[0] + step * np.arange(FRAMES_MAX) - 1e-6)
    wanted = shown[np.unique(slots[slots < shown.size])]
    needed: set[int] = set()
    for number in np.flatnonzero(np.isin(pts, wanted)):
        first = keys[np.searchsorted(keys, number, side="right") - 1]
        needed.update(range(first, number + 1))
    return set(wanted.tolist()), needed


def square(frame: VideoFrame) -> NDArray[np.uint8]:
    """(96, 96, 3) RGB, the picture centred on black."""
    scale = SIDE / max(frame.width, frame.height)
    width, height = round(frame.width * scale), round(frame.height * scale)
    small = SCALER.reformat(
        frame, width, height, "rgb24", interpolation=Interpolation.AREA, threads=1
    ).to_ndarray()
    out = np.zeros((SIDE, SIDE, 3), np.uint8)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    out[top : top + height, left : left + width] = small
    return out


@contextmanager
def processes(count: int, first: Path) -> Iterator[Run]:
    """Warm processes, and a function that has them run a loop over files: processor seconds."""
    with ProcessPoolExecutor(count, multiprocessing.get_context("spawn")) as pool:

        def run(loop: Loop, paths: Sequence[Path]) -> float:
            return sum(pool.map(partial(_cost, loop), paths))

        run(thrifty, [first] * 2 * count)
        yield run


def _cost(loop: Loop, path: Path) -> float:
    before = time.process_time()
    assert loop(path), f"no frames in {path}"
    return time.process_time() - before
