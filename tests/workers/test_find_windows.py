"""Windows are found where a real face is on the screen and real speech is heard."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from engines.presence.shape import SIDE
from tests.engines.presence import real
from tests.workers.faces_films import film
from workers.find_windows import Found, find_windows
from workers.media.clip import Media
from workers.media.limits import DecodeLimits
from workers.media.windows import WINDOW_SECONDS
from workers.presence import Presence

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def media() -> AsyncIterator[Media]:
    media = Media(root=Path("/"))
    await media.start()
    yield media
    await media.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def presence() -> AsyncIterator[Presence]:
    presence = Presence()
    await presence.start()
    yield presence
    await presence.stop()


async def found(media: Media, presence: Presence, path: Path, side: int = 96) -> Found:
    deadline = asyncio.get_running_loop().time() + 50
    uri = path.as_uri()
    async with media.clip(uri, sha256=None, side=side, deadline_seconds=50) as clip:
        return await find_windows(clip, presence, deadline=deadline)


async def test_a_face_that_speaks_is_found(
    media: Media, presence: Presence, tmp_path: Path
) -> None:
    path = film(tmp_path / "v.mp4", 40, faces=[(6, 20)], voices=[(12, 30)])
    choice = (await found(media, presence, path)).choice
    assert choice.lacks == ""
    assert {window.basis for window in choice.windows} == {"both"}
    starts = [window.start_seconds for window in choice.windows]
    assert len(starts) >= 2
    assert min(starts) >= 12 - WINDOW_SECONDS
    assert max(starts) <= 20


async def test_carphone_is_a_face_without_a_voice(media: Media, presence: Presence) -> None:
    said = await found(media, presence, real.film("carphone_pristine.mp4"), SIDE)
    assert (said.choice.lacks, said.listened_seconds) == ("voice", 0.0)
    (window,) = said.choice.windows
    assert (window.start_seconds, window.basis) == (0.0, "face")
    assert said.frames_with_face == said.frames


async def test_the_face_fills_the_window_that_was_cut_for_it(
    media: Media, presence: Presence
) -> None:
    uri = real.film("carphone_pristine.mp4").as_uri()
    deadline = asyncio.get_running_loop().time() + 30
    async with media.clip(uri, sha256=None, side=96, deadline_seconds=30) as clip:
        choice = (await find_windows(clip, presence, deadline=deadline)).choice
        (scene,) = [s async for s in clip.scenes(choice.windows, SIDE)]
    faces = await presence.faces(scene.frames[::10], deadline=deadline)
    widths = [some[0].right - some[0].left for some in faces if some]
    assert len(widths) >= 8
    assert np.mean(widths) > 0.35


async def test_the_rabbit_has_no_windows(media: Media, presence: Presence) -> None:
    said = await found(media, presence, real.film("bigbuckbunny.mp4"))
    assert (said.choice.windows, said.choice.lacks) == ((), "face_and_voice")


async def test_speech_without_a_picture_gives_windows_of_sound(
    media: Media, presence: Presence, tmp_path: Path
) -> None:
    path = film(tmp_path / "v.mp4", 20, voices=[(0, 20)])
    choice = (await found(media, presence, path)).choice
    assert (choice.lacks, {window.region for window in choice.windows}) == ("face", {None})


async def test_a_widely_sampled_video_is_looked_at_closely_where_a_face_was_seen(
    presence: Presence, tmp_path: Path
) -> None:
    spans = [(10.0, 26.0), (41.5, 42.5), (50.0, 66.0)]
    path = film(tmp_path / "v.mp4", 80, faces=spans, voices=spans)
    sparing = Media(root=tmp_path, decoding=DecodeLimits(frames_max=20))
    await sparing.start()
    try:
        choice = (await found(sparing, presence, path)).choice
    finally:
        await sparing.stop()
    starts = [window.start_seconds for window in choice.windows]
    assert any(8 <= start <= 26 for start in starts)
    assert any(48 <= start <= 66 for start in starts)
    assert min(window.face_share for window in choice.windows) >= 0.25


async def test_the_same_video_gives_the_same_windows(
    media: Media, presence: Presence, tmp_path: Path
) -> None:
    path = film(tmp_path / "v.mp4", 30, faces=[(0, 30)], voices=[(3, 30)])
    assert await found(media, presence, path) == await found(media, presence, path)


async def test_a_short_video_has_no_window(
    media: Media, presence: Presence, tmp_path: Path
) -> None:
    path = film(tmp_path / "v.mp4", 3, faces=[(0, 3)], voices=None)
    assert (await found(media, presence, path)).choice.lacks == "length"
