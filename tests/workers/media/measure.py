"""Time the media side over a 720p30 H.264 clip; the last line is one JSON object.

`python -m tests.workers.media.measure [FILE]`; without a FILE a minute of moving noise is made.
decode_realtime_factor: seconds of video per second from a fetched file to frames, at 1 fps
clip_vs_pyav: a bare PyAV loop that decodes all and keeps the same frames, over our whole clip
child_start_ms: request to the first frame of a 320x180 clip, fork, open, index and answer included
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.workers.media import clips
from workers.media.clip import Clip, Media

SIDE, ROUNDS = 96, 5


def noise(path: Path, width: int, height: int, seconds: int) -> Path:
    """A wall of coloured squares that moves, with grain: about 4 Mbit/s at 720p."""
    rng = np.random.default_rng(0)
    wall = rng.integers(0, 128, (height // 8 + 100, width // 8 + 100, 3), dtype=np.uint8)
    wall = wall.repeat(8, 0).repeat(8, 1)
    grain = [rng.integers(0, 12, (height, width, 3), dtype=np.uint8) for _ in range(5)]
    with av.open(str(path), "w") as container:
        stream = clips.picture_stream(container, "libx264", grain[0], rate=30)
        stream.codec_context.gop_size, stream.bit_rate = 60, 4_000_000
        stream.options = {"preset": "veryfast"}
        for i in range(seconds * 30):
            x, y = i * 5 % 700, int(200 + 150 * np.sin(i / 40))
            pixels = wall[y : y + height, x : x + width] + grain[i % 5]
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = i, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


async def taken(media: Media, path: Path) -> Clip:
    async with media.clip(path.as_uri(), sha256=None, side=SIDE, deadline_seconds=300) as clip:
        return clip


def bare(path: Path) -> float:
    """Seconds of a plain loop over every frame, which keeps one a second."""
    began, due = time.perf_counter(), 0.0
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            if frame.time >= due:
                frame.reformat(SIDE, SIDE, "rgb24").to_ndarray()
                due += 1
    return time.perf_counter() - began


async def measure(path: Path, small: Path) -> dict[str, float]:
    media = Media(root=Path("/"))
    await media.start()
    rounds = [(await taken(media, path), bare(path)) for _ in range(ROUNDS)]
    starts = [(await taken(media, small)).decode_seconds for _ in range(40)]
    await media.stop()
    decode = statistics.median(clip.decode_seconds for clip, _ in rounds)
    whole = statistics.median(clip.decode_seconds + clip.fetch_seconds for clip, _ in rounds)
    plain = statistics.median(seconds for _, seconds in rounds)
    return {
        "decode_realtime_factor": round(rounds[0][0].content.duration_seconds / decode, 1),
        "clip_vs_pyav": round(plain / whole, 2),
        "child_start_ms": round(1000 * statistics.median(starts), 1),
        "media_rss_mib": round(max(clip.media_rss_mib for clip, _ in rounds)),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = [Path(argument).resolve() for argument in sys.argv[1:]]
        path = given[0] if given else noise(Path(folder) / "720p.mp4", 1280, 720, 60)
        small = clips.video(
            Path(folder) / "small.mp4", [0.0], pictures=[clips.grey(3, width=320, height=180)]
        )
        print(json.dumps(asyncio.run(measure(path, small))))


if __name__ == "__main__":
    main()
