"""Ask Debian's FFmpeg, another version than the worker's: encode, decode, and tell frames' times.

`.ci/setup test` installs it; without it these tests fail, they do not skip.
"""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tests.workers.media.clips import Pixels

RATE = 25


def encode(path: Path, pictures: Sequence[Pixels], *options: str) -> Path:
    """A video of these pictures, RATE a second; more inputs may be among the options."""
    height, width = pictures[0].shape[:2]
    taken = f"-f rawvideo -pix_fmt rgb24 -s {width}x{height} -r {RATE} -i -".split()
    _run("ffmpeg", *taken, *options, str(path), fed=np.stack(pictures).tobytes())
    return path


def tone(path: Path, codec: str, seconds: float) -> Path:
    """Sound alone."""
    source = f"-f lavfi -i sine=frequency=440:sample_rate=48000:duration={seconds}".split()
    _run("ffmpeg", *source, "-c:a", codec, str(path))
    return path


def remux(path: Path, *options: str) -> Path:
    """Packets copied from one file into another; inputs are among the options."""
    _run("ffmpeg", *options, "-c", "copy", str(path))
    return path


def frame_times(path: Path) -> list[float]:
    """When the frames of the picture are shown, on the file's own clock, as they are decoded."""
    asked = "-select_streams V:0 -show_frames -show_entries frame=best_effort_timestamp_time"
    frames = _probe(path, *asked.split())["frames"]
    told = [frame.get("best_effort_timestamp_time") for frame in frames]
    return [float(time) for time in told if time is not None]


def packet_times(path: Path) -> list[float]:
    """PTS of the picture's packets that are shown, on the file's own clock, ascending."""
    asked = "-select_streams V:0 -show_packets -show_entries packet=pts_time,flags"
    packets = _probe(path, *asked.split())["packets"]
    return sorted(float(p["pts_time"]) for p in packets if "D" not in p["flags"])


def start_seconds(path: Path) -> float:
    """Where the file's own clock starts: the earliest of its streams."""
    return float(_probe(path, "-show_format")["format"]["start_time"])


def squares(path: Path, numbers: Sequence[int], width: int, height: int) -> Pixels:
    """Frames of these numbers, scaled."""
    chosen = "+".join(f"eq(n,{number})" for number in numbers)
    change = f"select='{chosen}',scale={width}:{height}:flags=area"
    told = f"-map 0:V:0 -vf {change} -vsync passthrough -f rawvideo -pix_fmt rgb24 -".split()
    raw = _run("ffmpeg", "-i", str(path), *told)
    return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)


def _probe(path: Path, *options: str) -> Any:
    return json.loads(_run("ffprobe", "-of", "json", *options, str(path)))


def _run(name: str, *options: str, fed: bytes = b"") -> bytes:
    command = [name, "-v", "error", *(["-y"] if name == "ffmpeg" else []), *options]
    done = subprocess.run(command, input=fed, capture_output=True, timeout=60)
    assert done.returncode == 0 or done.stdout, f"{command}: {done.stderr.decode()[-500:]}"
    return done.stdout
