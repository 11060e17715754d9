"""What provenance costs an upload: `python -m tests.bench.provenance`, the last line is JSON.

Of a signed video and of the same one unsigned: processor time and peak memory of the child that
checks the signature, and the time to see that there is none.
"""

import asyncio
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.say import say
from tests.workers.media import clips, signed
from workers.media.clip import Media
from workers.media.limits import DecodeLimits
from workers.media.manifest_mark import may_carry_manifest
from workers.media.vouched import Vouch, Vouched

ROUNDS, SECONDS = 15, 3


async def checks(path: Path, anchors: str) -> tuple[float, float]:
    """Milliseconds of processor time, and MiB, of a child that checks this file."""
    media = Media(root=Path("/"), decoding=DecodeLimits(anchors=anchors))
    await media.start()
    milliseconds, mib = [], []
    async with media.clip(path.as_uri(), sha256=None, side=224, deadline_seconds=60) as clip:
        for _ in range(ROUNDS):
            said, run = await clip.asker.ask(Vouch(anchors=anchors), Vouched, buffer_bytes=1)
            run.buffer.close()
            assert said.state == "trusted"
            milliseconds.append(1000 * run.cpu_seconds)
            mib.append(run.rss_mib)
    await media.stop()
    return statistics.median(milliseconds), max(mib)


def search(path: Path) -> float:
    """Milliseconds of processor time to see that a file has no manifest."""
    source, took = os.open(path, os.O_RDONLY), []
    for _ in range(ROUNDS):
        before = time.process_time()
        assert not may_carry_manifest(source)
        took.append(1000 * (time.process_time() - before))
    os.close(source)
    return statistics.median(took)


def main() -> None:
    """Make the files, measure, say."""
    with tempfile.TemporaryDirectory() as folder:
        noise = [signed.noise(number, 640, 360) for number in range(24)] * SECONDS
        times = [number / 24 for number in range(len(noise))]
        plain = clips.video(Path(folder, "plain.mp4"), times, pictures=noise)
        size_mib = plain.stat().st_size / (1 << 20)
        say(f"{size_mib:.1f} MiB of video")
        figures = {"size_mib": round(size_mib, 1), "absent_ms": round(search(plain), 2)}
        signed.sign(plain, signed.GENERATED)
        milliseconds, mib = asyncio.run(checks(plain, signed.authority()[0]))
        figures |= {"signed_ms": round(milliseconds, 1), "signed_mib": round(mib, 1)}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
