"""A clip holds the frames that a player would show, at the times it would show them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.workers.media import clips
from tests.workers.media.reels import Pixels, squares
from topics.errors import EmptySource, HashMismatch, NotFound, TooLarge, Unreadable
from workers.media.clip import Clip, Media
from workers.media.limits import DecodeLimits

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIDE = 32
LONG = [i / 2 for i in range(20)]  # 2 fps, 10 s


@dataclass
class Taken:
    """A clip that has ended, and the frames that it held."""

    clip: Clip
    frames: Pixels

    @property
    def numbers(self) -> list[int]:
        return clips.numbers(self.frames)

    @property
    def times(self) -> list[float]:
        return [frame.pts_seconds for frame in self.clip.sampled.seen]


async def taken(media: Media, path: Path, sha256: str | None = None) -> Taken:
    address = path.as_uri()
    async with media.clip(address, sha256=sha256, side=SIDE, deadline_seconds=30) as clip:
        return Taken(clip, await squares(clip.sampled))


async def test_one_frame_a_second_at_its_own_time(media: Media, tmp_path: Path) -> None:
    got = await taken(media, clips.video(tmp_path / "v.mp4", LONG))
    assert got.numbers == list(range(0, 20, 2))
    assert got.times == [float(second) for second in range(10)]
    clip = got.clip
    assert (clip.frames_expected, clip.truncated, clip.decode_errors) == (10, False, 0)


async def test_content_says_what_the_file_is(media: Media, tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.mp4", sound_seconds=1.0)
    content = (await taken(media, path)).clip.content
    assert content.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (content.codecs, content.width, content.height) == (("h264", "aac"), 64, 48)
    assert content.duration_seconds == pytest.approx(1.0, abs=0.05)


async def test_sound_is_measured(media: Media, tmp_path: Path) -> None:
    got = await taken(media, clips.video(tmp_path / "v.mp4", sound_seconds=3.0))
    assert got.clip.audio_seconds == pytest.approx(3.0, abs=0.05)


async def test_vp9_in_webm(media: Media, tmp_path: Path) -> None:
    got = await taken(media, clips.video(tmp_path / "v.webm", LONG, codec="libvpx-vp9"))
    assert got.clip.content.codecs == ("vp9",)
    assert got.numbers == list(range(0, 20, 2))


async def test_a_variable_frame_rate_gives_the_first_frame_of_each_second(
    media: Media, tmp_path: Path
) -> None:
    times = [0, 0.1, 0.9, 1.4, 1.5, 4.2, 4.3, 5.0]
    got = await taken(media, clips.video(tmp_path / "v.mp4", times))
    assert got.times == pytest.approx([0, 1.4, 4.2, 5.0], abs=1e-4)
    assert got.numbers == [0, 3, 5, 7]


async def test_a_late_first_frame_starts_the_timeline(media: Media, tmp_path: Path) -> None:
    got = await taken(media, clips.video(tmp_path / "v.ts", [7 + when for when in LONG]))
    assert got.times == pytest.approx(list(range(10)), abs=1e-4)
    assert got.numbers == list(range(0, 20, 2))


async def test_a_turned_video_is_measured_as_displayed(media: Media, tmp_path: Path) -> None:
    got = await taken(media, clips.video(tmp_path / "v.mp4", rotation=90))
    assert (got.clip.content.width, got.clip.content.height) == (48, 64)


async def test_a_cut_file_is_judged_on_what_is_left(media: Media, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in LONG]
    whole = clips.video(tmp_path / "v.mkv", LONG, pictures=noise).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) * 6 // 10])
    got = await taken(media, tmp_path / "cut.mkv")
    assert got.clip.truncated
    assert 4 <= len(got.frames) < got.clip.frames_expected


async def test_a_cover_is_a_still_at_the_start(media: Media, tmp_path: Path) -> None:
    got = await taken(media, clips.sound(tmp_path / "song.mp3", 2.0, cover=True))
    assert got.clip.has_picture
    assert got.frames.shape == (1, SIDE, SIDE, 3)
    assert got.clip.audio_seconds == pytest.approx(2.0, abs=0.1)


async def test_long_videos_are_sampled_more_widely(media: Media, tmp_path: Path) -> None:
    times = [float(10 * i) for i in range(25)] + [float(i) for i in range(250, 500)]
    pictures = [clips.grey(0)] * len(times)
    got = await taken(media, clips.video(tmp_path / "v.mp4", times, pictures=pictures))
    assert 275 / 200 <= got.clip.frame_seconds < 1.5  # 275 seconds have frames, 225 have none
    assert 150 < len(got.clip.sampled.seen) <= 240


async def test_a_video_longer_than_is_let_in_is_too_large(tmp_path: Path) -> None:
    media = Media(root=Path("/"), decoding=DecodeLimits(seconds_max=0.5))
    await media.start()
    with pytest.raises(TooLarge, match=r"1 s, limit 0\.5 s"):
        await taken(media, clips.video(tmp_path / "v.mp4"))
    await media.stop()


async def test_dense_frames_lie_inside_their_windows(media: Media, tmp_path: Path) -> None:
    uri = clips.video(tmp_path / "v.mp4").as_uri()
    async with media.clip(uri, sha256=None, side=SIDE, deadline_seconds=30) as clip:
        async with clip.dense([(0.25, 0.5), (0.75, 0.8)], 0.125) as reel:
            frames = await squares(reel)
    assert reel.pts_seconds.tolist() == pytest.approx([0.25, 0.375, 0.5, 0.75], abs=1e-4)
    assert clips.numbers(frames) == [6, 9, 12, 18]


async def test_evidence_is_the_frame_of_that_time(media: Media, tmp_path: Path) -> None:
    uri = clips.video(tmp_path / "v.mp4").as_uri()
    async with media.clip(uri, sha256=None, side=SIDE, deadline_seconds=30) as clip:
        jpegs = await clip.evidence([0.5, 0.25])
    for number, jpeg in enumerate(jpegs):
        (tmp_path / f"{number}.jpg").write_bytes(jpeg)
    shown = [np.asarray(Image.open(tmp_path / f"{number}.jpg"))[None] for number in (0, 1)]
    assert [clips.numbers(one)[0] for one in shown] == [12, 6]


async def test_the_source_is_gone_when_the_clip_ends(media: Media, tmp_path: Path) -> None:
    got = await taken(media, clips.video(tmp_path / "v.mp4"))
    assert got.clip.asker.source.file.closed


@pytest.mark.parametrize(
    ("made_of", "expected"),
    [
        (b"", EmptySource),  # 0 bytes
        (b"no video at all\n" * 100, Unreadable),  # a text
        (b"ffconcat version 1.0\nfile /etc/passwd\n", Unreadable),  # names another file
        (b"#EXTM3U\n#EXTINF:1\n/etc/passwd\n", Unreadable),  # so does a playlist
    ],
)
async def test_what_is_no_video_says_so(
    media: Media, tmp_path: Path, made_of: bytes, expected: type[Exception]
) -> None:
    (tmp_path / "v.mp4").write_bytes(made_of)
    with pytest.raises(expected):
        await taken(media, tmp_path / "v.mp4")


async def test_a_missing_file_is_not_found(media: Media, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await taken(media, tmp_path / "nothing.mp4")


async def test_other_bytes_than_promised_are_refused(media: Media, tmp_path: Path) -> None:
    with pytest.raises(HashMismatch):
        await taken(media, clips.video(tmp_path / "v.mp4"), sha256="0" * 64)
