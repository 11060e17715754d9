"""Windows hold what a player shows and plays: 25 frames a second by time, and the sound beside."""

import random
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from tests.workers.media import beeps, clips
from topics.errors import ContentError, MediaResult
from workers.media.answers import Excerpted
from workers.media.clip import Media
from workers.media.excerpt import GROUP_BYTES, Scene, listen, scenes
from workers.media.windows import Region, Window

pytestmark = pytest.mark.asyncio(loop_scope="module")
SIDE = 32


def window(start: float, region: Region | None = None) -> Window:
    return Window(
        start_seconds=start,
        region=region,
        basis="both",
        face_share=1.0,
        voice_share=1.0,
        both_share=1.0,
    )


async def taken(media: Media, path: Path, *windows: Window, side: int = SIDE) -> list[Scene]:
    uri = path.as_uri()
    async with media.clip(uri, sha256=None, side=SIDE, deadline_seconds=30) as clip:
        return [scene async for scene in scenes(clip.asker, windows, side)]


async def test_every_slot_shows_the_frame_that_a_player_shows(media: Media, tmp_path: Path) -> None:
    times = [0, 0.1, 0.9, 1.4, 1.52, 3.2, 4.3, 5.0]
    path = clips.video(tmp_path / "v.mp4", times)
    (scene,) = await taken(media, path, window(0.5))
    slots = [0.5 + k / 25 for k in range(100)]
    shown = [max(i for i, time in enumerate(times) if time <= slot + 1e-4) for slot in slots]
    assert clips.numbers(scene.frames) == shown
    assert scene.frames_shown == len(set(shown))


async def test_thirty_frames_a_second_become_twenty_five(media: Media, tmp_path: Path) -> None:
    times = [i / 30 for i in range(150)]
    pictures = [clips.grey(i % 24) for i in range(150)]
    path = clips.video(tmp_path / "v.mkv", times, pictures=pictures)
    (scene,) = await taken(media, path, window(0.0))
    expected = [int(k / 25 * 30 + 0.02) % 24 for k in range(100)]
    assert clips.numbers(scene.frames) == expected
    assert scene.frames_shown == 100


@pytest.mark.parametrize("name", ["v.mp4", "v.mkv", "v.ts"])
async def test_a_flash_and_its_beep_stand_in_the_same_place(
    media: Media, tmp_path: Path, name: str
) -> None:
    path = beeps.video(tmp_path / name, "aac")
    for scene in await taken(media, path, window(2.0), window(6.0)):
        lit = np.flatnonzero(scene.frames[:, 16, 16].mean(axis=1) > 120)
        beeped = beeps.onset(scene.samples, 0.0)
        assert beeped == pytest.approx(lit[0] / 25, abs=0.04)
        assert scene.samples_heard == 64_000


async def test_the_end_is_held_and_the_missing_sound_is_silence(
    media: Media, tmp_path: Path
) -> None:
    path = clips.video(tmp_path / "v.mp4", sound_seconds=1.0)
    (scene,) = await taken(media, path, window(0.0))
    assert clips.numbers(scene.frames[23:]) == [22, *[23] * 76]
    assert scene.frames_shown == 24
    assert scene.samples_heard == pytest.approx(16_000, abs=400)
    assert not scene.samples[17_000:].any()


async def test_a_region_is_cut_out_and_enlarged(media: Media, tmp_path: Path) -> None:
    picture = np.full((64, 64, 3), 40, np.uint8)
    picture[32:48, 16:32] = 200
    path = clips.video(tmp_path / "v.mp4", [0.0, 5.0], pictures=[picture] * 2)
    region = window(0.0, (0.25, 0.5, 0.5, 0.75))
    whole, cut = await taken(media, path, window(0.0), region)
    assert whole.frames[0, 4, 4].mean() == pytest.approx(40, abs=8)
    assert cut.frames[0].mean() == pytest.approx(200, abs=12)


async def test_a_video_without_sound_and_a_sound_without_picture(
    media: Media, tmp_path: Path
) -> None:
    (silent,) = await taken(media, clips.video(tmp_path / "v.mp4"), window(0.0))
    (dark,) = await taken(media, clips.sound(tmp_path / "a.m4a", 5.0), window(0.5))
    assert (silent.frames_shown, silent.samples_heard) == (24, 0)
    assert (dark.frames_shown, dark.samples_heard) == (0, 64_000)
    assert not dark.frames.any()


async def test_many_windows_come_in_groups_and_in_order(media: Media, tmp_path: Path) -> None:
    side, path = 224, clips.video(tmp_path / "v.mp4")
    assert 10 * 100 * side * side * 3 > GROUP_BYTES
    windows = [window(i / 24 + 0.001) for i in range(10)]
    shown = await taken(media, path, *windows, side=side)
    assert [scene.window for scene in shown] == windows
    assert [clips.numbers(scene.frames[:1])[0] for scene in shown] == list(range(10))


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.ogg", "libopus"),
        ("a.mp3", "libmp3lame"),
        ("a.wav", "pcm_s16le"),
        ("a.flac", "flac"),
        ("a.m4a", "aac"),
        ("a.mkv", "ac3"),
    ],
)
async def test_stretches_alone_are_listened_to(
    media: Media, tmp_path: Path, name: str, codec: str
) -> None:
    path = beeps.video(tmp_path / name, codec, pictures=None)
    async with media.clip(path.as_uri(), sha256=None, side=SIDE, deadline_seconds=30) as clip:
        samples, heard = await listen(clip.asker, [1.0, 6.5])
        assert await listen(clip.asker, []) == ([], [])
    beeped = [beeps.onset(*one) for one in zip(samples, (1.0, 6.5), strict=True)]
    assert beeped == pytest.approx([3.2, 7.8], abs=0.001)
    assert heard == pytest.approx([64_000, 56_000], abs=200)


async def test_damaged_files_give_windows_or_a_reason(media: Media, tmp_path: Path) -> None:
    luck = random.Random(3)
    whole = beeps.video(tmp_path / "v.mp4", "aac").read_bytes()
    for number in range(8):
        damaged = bytearray(whole)
        for _ in range(40):
            damaged[luck.randrange(2000, len(damaged))] = luck.randrange(256)
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(damaged)
        with suppress(ContentError):
            for scene in await taken(media, path, window(2.0), window(6.0)):
                assert scene.frames_shown <= 100
    assert media.sandbox.server_pid is not None


async def test_counts_that_cannot_be_are_a_bad_result(
    media: Media, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = clips.video(tmp_path / "v.mp4")
    async with media.clip(path.as_uri(), sha256=None, side=SIDE, deadline_seconds=30) as clip:
        asked = clip.asker.ask

        async def lie(*arguments: object) -> object:
            _, run = await asked(*arguments)  # type: ignore[arg-type]
            return Excerpted(frames=[101], samples=[0], decode_errors=0), run

        monkeypatch.setattr(type(clip.asker), "ask", lambda _, *arguments: lie(*arguments))
        with pytest.raises(MediaResult, match=r"bad_result: \[101\], expected 1 up to 100"):
            _ = [scene async for scene in scenes(clip.asker, [window(0.0)], SIDE)]
