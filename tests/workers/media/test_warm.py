"""The fork server has imported everything that its children need."""

import subprocess
import sys
from pathlib import Path

from tests.workers.media import clips, signed

PROGRAM = """
import os, sys
from workers.media import jobs
from workers.media.answers import Excerpt, Framing, Listen, Resample, Sample, Show
from workers.media.exchange import encode
from workers.media.prepared import Prepare
from workers.media.vouched import Vouch
from workers.media.warm import warm
warm()
before = set(sys.modules)
SAMPLE = Sample(side=32, step_seconds=1.0, frames_max=24)
source, buffer = os.open(sys.argv[1], os.O_RDONLY), memoryview(bytearray(1 << 20))
for request in (
    SAMPLE,
    Resample(side=32, step_seconds=0.1, frames_max=24, windows=[(0.0, 1.0)]),
    Show(longer_side=640, slot_bytes=1 << 20, pts_seconds=[0.5]),
    Listen(starts=[0.0, 0.5], samples=16_000),
    Excerpt(side=32, windows=[Framing(start_seconds=0.0, region=(0.1, 0.1, 0.3, 0.3))]),
    Vouch(anchors=""),
    Prepare(sample=SAMPLE, decoder="other 1.0", codecs=["h264"], bytes_max=1 << 20),
):
    answer = jobs.answer(encode(request), source, buffer)
    assert b"refusal" not in answer and b'"clean":null' not in answer, answer
print(sorted(set(sys.modules) - before))
"""


def test_a_child_imports_nothing(tmp_path: Path) -> None:
    large = [clips.grey(number, 192, 144) for number in range(24)]
    path = clips.video(tmp_path / "v.mp4", pictures=large, sound_seconds=1.0)
    signed.sign(path, signed.GENERATED)
    command = [sys.executable, "-c", PROGRAM, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
