"""What share of short flashes is seen, by setting, and what seeing more costs.

`python -m tests.bench.flashes [--quick]`: a table for the README; 7 minutes on two cores.
The films are shots of drawn scenes, 3 to 8 s each, some still, some shaken, with and without
grain; every 10 s another scene flashes up for 1, 3 or 10 frames, at a place by lot. 192x108,
30 fps, by four encoders. A flash is seen if one of its frames is given to the engine. The costs
are of a minute of 720p H.264 (films.py): frames that are scored, and processor time of decoding,
as a ratio to the first row.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from engines.scenes.draw import draw
from engines.scenes.layout import arrange
from engines.scenes.world import OBJECTS, PLACES
from tests.bench import films
from tests.bench.say import say
from workers.media.answers import Sample, Sampled
from workers.media.film import open_film
from workers.media.limits import DecodeLimits
from workers.media.sampling import sample

WIDTH, HEIGHT, RATE, SCALE = 192, 108, 30, 3
SECONDS, GAP_SECONDS = 120, 10
LENGTHS = (1, 3, 10)  # frames of a flash
SHOTS = 12  # scenes of a film, the last two of which flash
SPEEDS = (0.5, 2.0, 8.0)  # of the pan: from still to shaken
NOISES = (0.0, 4.0, 12.0)  # levels
SIDE = 96
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Encoder:
    """How one part of the films is encoded."""

    name: str
    codec: str
    suffix: str
    group: int
    options: dict[str, str]


ENCODERS = (
    Encoder("H.264", "libx264", ".mp4", 250, {"preset": "veryfast"}),
    Encoder(
        "H.264, even groups", "libx264", ".mp4", 60, {"preset": "veryfast", "sc_threshold": "0"}
    ),
    Encoder(
        "HEVC", "libx265", ".mp4", 250, {"preset": "ultrafast", "x265-params": "log-level=none"}
    ),
    Encoder("VP9", "libvpx-vp9", ".webm", 128, {"crf": "34", "b": "0", "cpu-used": "8"}),
)
SETTINGS = (
    ("default", DecodeLimits()),
    ("no cuts", DecodeLimits(scene_cuts=False)),
    ("key frames", DecodeLimits(keyframes=True)),
    ("2 frames a second", DecodeLimits(step_seconds=0.5, frames_max=480)),
    ("5 frames a second", DecodeLimits(step_seconds=0.2, frames_max=1200)),
    # WebM's times are whole milliseconds: some frames are nearer to each other than 1 / RATE
    ("every frame", DecodeLimits(step_seconds=0.9 / RATE, frames_max=4096, scene_cuts=False)),
)


@dataclass(frozen=True)
class Flash:
    """start, length: in frames."""

    start: int
    length: int


def script(seed: int) -> tuple[NDArray[np.int64], list[Flash]]:
    """Which scene each frame shows, and where others flash up."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(3 * RATE, 8 * RATE, SECONDS // 3)
    shots = np.arange(lengths.size) % (SHOTS - 2)
    scenes, flashes = shots.repeat(lengths)[: SECONDS * RATE], list[Flash]()
    for number in range(SECONDS // GAP_SECONDS):
        start = number * GAP_SECONDS * RATE + int(rng.integers(RATE, (GAP_SECONDS - 1) * RATE))
        flashes.append(Flash(start, LENGTHS[(number + seed) % len(LENGTHS)]))
        scenes[start : start + flashes[-1].length] = SHOTS - 2 + number % 2
    return scenes, flashes


def pictures(scenes: NDArray[np.int64], seed: int) -> Iterator[Pixels]:
    """The frames of a film."""
    rng = np.random.default_rng(seed)
    walls = [
        draw(arrange(str(rng.choice(PLACES)), tuple(rng.choice(OBJECTS, 3)), seed * 100 + i), SCALE)
        for i in range(SHOTS)
    ]
    grain = rng.normal(0, 1, (7, HEIGHT, WIDTH, 3))
    speeds, noises = rng.choice(SPEEDS, SHOTS), rng.choice(NOISES, SHOTS)
    for number, scene in enumerate(scenes.tolist()):
        wall, at = walls[scene], number * speeds[scene]
        x, y = (wall.shape[1] - WIDTH) // 2, (wall.shape[0] - HEIGHT) // 2
        x, y = int(x * (1 + np.sin(at / 37))), int(y * (1 + np.cos(at / 51)))
        pixels = wall[y : y + HEIGHT, x : x + WIDTH] + noises[scene] * grain[number % 7]
        yield np.clip(pixels, 0, 255).astype(np.uint8)


def encode(path: Path, encoder: Encoder, frames: Iterator[Pixels]) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream(encoder.codec, rate=RATE, options=encoder.options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = encoder.group
        stream.codec_context.thread_count = 1
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())


def taken(path: Path, limits: DecodeLimits) -> Sampled:
    """As a child samples it."""
    buffer = memoryview(bytearray(limits.frames_max * SIDE * SIDE * 3))
    request = Sample(
        side=SIDE,
        step_seconds=limits.step_seconds,
        frames_max=limits.frames_max,
        keyframes=limits.keyframes,
        cuts_max=limits.cuts_max,
        duplicate_distance=limits.duplicate_distance,
    )
    with path.open("rb") as file:
        answer = sample(open_film(file.fileno()), request, buffer, "")
    assert isinstance(answer, Sampled), answer
    return answer


def seen(answer: Sampled, flash: Flash) -> bool:
    """Whether some frame of the flash was decoded and is no copy of another."""
    owners = {frame.square: frame for frame in reversed(answer.frames)}
    numbers = {round(frame.pts_seconds * RATE) for frame in owners.values()}
    return any(flash.start <= number < flash.start + flash.length for number in numbers)


def watched(encoder: Encoder, seed: int) -> Counter[tuple[str, int]]:
    """For one film: flashes seen by (setting, length); under the name "" all there were."""
    scenes, flashes = script(seed)
    counts = Counter(("", flash.length) for flash in flashes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film{encoder.suffix}"
        encode(path, encoder, pictures(scenes, seed))
        for name, limits in SETTINGS:
            answer = taken(path, limits)
            counts.update((name, flash.length) for flash in flashes if seen(answer, flash))
    return counts


def costs(path: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """(frames a minute, processor seconds for a minute) by setting."""
    found = {}
    for name, limits in SETTINGS:
        spent = []
        for _ in range(rounds):
            before = time.process_time()
            answer = taken(path, limits)
            spent.append(time.process_time() - before)
        minutes = answer.probe.duration_seconds / 60
        squares = len({frame.square for frame in answer.frames})
        found[name] = squares / minutes, min(spent) / minutes
    return found


def table(counts: dict[str, Counter[tuple[str, int]]], cost: dict[str, tuple[float, float]]) -> str:
    """Shares over all encoders, in percent; after the slash the worst encoder's."""
    lines = [
        "| setting | 1 frame | 3 frames | 10 frames | frames scored a minute | decoding |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    everything = sum(counts.values(), Counter[tuple[str, int]]())
    for name, (frames, spent) in cost.items():
        cells = []
        for length in LENGTHS:
            shares = [100 * one[name, length] / one["", length] for one in counts.values()]
            share = 100 * everything[name, length] / everything["", length]
            cells.append(f"{share:.0f} / {min(shares):.0f}")
        ratio = spent / next(iter(cost.values()))[1]
        lines.append(f"| {name} | {' | '.join(cells)} | {frames:.0f} | {ratio:.2f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Count the flashes that are seen.")
    parser.add_argument("--quick", action="store_true", help="one film by each encoder")
    given = parser.parse_args()
    count = 1 if given.quick else 9  # with 4 flashes of each length: 144 over all encoders
    counts = {}
    with ProcessPoolExecutor(2) as pool:
        for encoder in ENCODERS:
            found = pool.map(partial(watched, encoder), range(count))
            counts[encoder.name] = sum(found, Counter[tuple[str, int]]())
            say(f"{encoder.name}: {dict(counts[encoder.name])}")
    cost = costs(films.film(60), rounds=1 if given.quick else 3)
    print(table(counts, cost))


if __name__ == "__main__":
    main()
