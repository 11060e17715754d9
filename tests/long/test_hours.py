"""Three hours of 720p with sound cost a media process no more memory than a minute, and no minute.

The file repeats the packets of its first 12 seconds, so that making it costs a minute, too.
"""

from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio
from av.video.stream import VideoStream

from tests.workers.media.reels import squares
from workers.media.clip import Clip, Media
from workers.media.limits import DecodeLimits

WIDTH, HEIGHT, RATE, GROUP, SAMPLE_RATE = 1280, 720, 30, 60, 48_000
PART_SECONDS, PARTS = 12, 900
SECONDS = PART_SECONDS * PARTS
DEADLINE_SECONDS, RSS_MIB_MAX, SIDE = 60, 300, 96


def part(path: Path) -> Path:
    """A coarse wall that slides slowly, under a tone."""
    wall = np.random.default_rng(0).integers(0, 255, (30, 60, 3), dtype=np.uint8)
    wall = wall.repeat(32, 0).repeat(32, 1)
    with av.open(str(path), "w") as out:
        picture = out.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "44"})
        assert isinstance(picture, VideoStream)
        picture.width, picture.height, picture.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        picture.codec_context.gop_size, picture.codec_context.max_b_frames = GROUP, 0
        sound = out.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        sound.bit_rate = 32_000
        for number in range(PART_SECONDS * RATE):
            pixels = np.ascontiguousarray(wall[:HEIGHT, number // 6 : number // 6 + WIDTH])
            out.mux(picture.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        tone = np.sin(np.arange(PART_SECONDS * SAMPLE_RATE) / 20, dtype=np.float32)[None]
        frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        out.mux(sound.encode(frame))
        out.mux([*picture.encode(), *sound.encode()])
    return path


def repeated(source: Path, path: Path) -> Path:
    """The same packets again and again, each time later."""
    with av.open(str(source)) as first, av.open(str(path), "w") as out:
        streams = [out.add_stream_from_template(stream) for stream in first.streams]
        for number in range(PARTS):
            with av.open(str(source)) as again:
                for packet in again.demux():
                    if packet.dts is None or packet.pts is None or packet.time_base is None:
                        continue
                    if Fraction(packet.dts) * packet.time_base >= PART_SECONDS:
                        continue  # the encoder's last sound reaches into the next part
                    later = round(number * PART_SECONDS / packet.time_base)
                    packet.pts, packet.dts = packet.pts + later, packet.dts + later
                    packet.stream = streams[packet.stream_index]
                    out.mux(packet)
    return path


pytestmark = pytest.mark.timeout(600)  # most of it for making the film


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hours")
    return repeated(part(folder / "part.mp4"), folder / "hours.mp4")


@pytest_asyncio.fixture(params=[False, True], ids=["exact", "keyframes"])
async def media(request: pytest.FixtureRequest) -> AsyncIterator[Media]:
    media = Media(root=Path("/"), decoding=DecodeLimits(keyframes=request.param))
    await media.start()
    yield media
    await media.stop()


async def taken(media: Media, film: Path) -> tuple[Clip, int]:
    """The clip, and how many squares it gave."""
    async with media.clip(
        film.as_uri(), sha256=None, side=SIDE, deadline_seconds=DEADLINE_SECONDS
    ) as clip:
        return clip, len(await squares(clip.sampled))


async def test_three_hours_fit_into_memory_deadline_and_frames(media: Media, film: Path) -> None:
    clip, count = await taken(media, film)
    times = clip.sampled.pts_seconds
    assert clip.content.duration_seconds == pytest.approx(SECONDS, rel=0.01)
    assert clip.media_rss_mib <= RSS_MIB_MAX
    assert clip.fetch_seconds + clip.decode_seconds < DEADLINE_SECONDS
    assert 150 <= count <= 240
    assert (np.diff(times) <= 2 * clip.frame_seconds).all()
    assert times[-1] > SECONDS - 2 * clip.frame_seconds
