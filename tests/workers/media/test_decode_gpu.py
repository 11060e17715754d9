"""DALI shows what PyAV shows: on a CPU in the codecs that it has there, on a GPU in all of them."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from tests.workers.media import by_both, clips
from tests.workers.media.by_both import agree, scenes, taken
from workers.media.clip import Media

pytestmark = [pytest.mark.dali, pytest.mark.asyncio(loop_scope="module")]
UNEVEN = [7 + i**2 / 150 for i in range(24)]  # starts at 7 s, slower and slower
CPU = [("cpu", "libvpx-vp9")]
GPU = [
    pytest.param("gpu", codec, marks=pytest.mark.gpu)
    for codec in ("libx264", "libx265", "libsvtav1", "libvpx-vp9")
]
everywhere = pytest.mark.parametrize(("media", "codec"), [*CPU, *GPU], indirect=["media"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def media(request: pytest.FixtureRequest) -> AsyncIterator[Media]:
    """With DALI on the device that the test names."""
    if request.param == "gpu" and not Path("/dev/nvidiactl").exists():
        if os.environ.get("FAIL_WITHOUT_CUDA") == "1":
            pytest.fail("FAIL_WITHOUT_CUDA=1 and there is no GPU")
        pytest.skip("no GPU")
    pytest.importorskip("nvidia.dali")
    async with by_both.media(request.param) as media:
        yield media


async def compare(media: Media, path: Path) -> by_both.Taken:
    """Decoded by DALI, and like PyAV."""
    ours = await taken(media, path)
    assert ours.decoder.startswith("dali ") and ", close-ups pyav " in ours.decoder, ours.decoder
    agree(ours, await taken(media, path, by_pyav=True))
    return ours


@everywhere
async def test_frames_times_and_colours_are_the_same(
    media: Media, codec: str, tmp_path: Path
) -> None:
    long = [i / 30 for i in range(150)]  # several groups of 12 frames

    await compare(media, clips.video(tmp_path / "v.mp4", long, codec=codec, pictures=scenes(150)))


@everywhere
async def test_an_uneven_film_that_starts_late_keeps_its_times(
    media: Media, codec: str, tmp_path: Path
) -> None:
    path = clips.video(tmp_path / "v.mp4", UNEVEN, codec=codec, pictures=scenes(24))

    assert [f.pts_seconds for f in (await compare(media, path)).seen][-1] > 3.0


@everywhere
@pytest.mark.parametrize("turn", [90, 180, 270])
async def test_turned_pictures_stand_upright(
    media: Media, codec: str, tmp_path: Path, turn: int
) -> None:
    path = tmp_path / "v.mp4"

    await compare(media, clips.video(path, codec=codec, pictures=scenes(24), rotation=turn))


@everywhere
async def test_flat_pictures_are_off_by_one_level_at_most(
    media: Media, codec: str, tmp_path: Path
) -> None:
    greys = [clips.grey(number, 192, 144) for number in range(24)]
    path = clips.video(tmp_path / "v.mp4", codec=codec, pictures=greys)

    ours = await taken(media, path)

    middle = by_both.SIDE // 2
    true = [40 + 8 * round(frame.pts_seconds * 24) for frame in ours.seen]
    apart = ours.frames[:, middle, middle].astype(int) - np.array(true)[:, None]
    assert ours.decoder.startswith("dali ") and np.abs(apart).max() <= 1


@everywhere
@pytest.mark.parametrize("height", [192, 720])  # BT.601 and BT.709, as players guess
async def test_colours_of_both_matrices_are_right(
    media: Media, codec: str, tmp_path: Path, height: int
) -> None:
    pictures = scenes(4, 1280 if height == 720 else 320, height)

    times = [0, 0.1, 0.2, 0.3]
    await compare(media, clips.video(tmp_path / "v.mp4", times, codec=codec, pictures=pictures))


@everywhere
async def test_one_bad_film_among_good_ones(media: Media, codec: str, tmp_path: Path) -> None:
    good = clips.video(tmp_path / "good.mp4", codec=codec, pictures=scenes(24))
    bad = tmp_path / "bad.mp4"
    damaged = bytearray(good.read_bytes())
    start = damaged.index(b"mdat") + 600
    damaged[start : start + 60] = bytes(60)
    bad.write_bytes(damaged)

    await compare(media, good)
    ours, theirs = [await taken(media, bad, by_pyav=by) for by in (False, True)]
    assert "pyav" in ours.decoder and [f.pts_seconds for f in ours.seen] == [
        f.pts_seconds for f in theirs.seen
    ]
    await compare(media, good)


@everywhere
async def test_a_truncated_film_is_judged_on_what_is_there(
    media: Media, codec: str, tmp_path: Path
) -> None:
    path = tmp_path / "v.mkv"
    long = [i / 30 for i in range(90)]
    clips.video(path, long, codec=codec, pictures=scenes(90))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])

    ours, theirs = [await taken(media, path, by_pyav=by) for by in (False, True)]

    agree(ours, theirs)


@everywhere
async def test_a_decoder_that_hangs_is_killed_and_the_film_decoded(
    media: Media, codec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = clips.video(tmp_path / "v.mp4", codec=codec, pictures=scenes(24))
    await compare(media, path)
    assert media.dali is not None and media.dali._process is not None
    os.kill(media.dali._process.pid, signal.SIGSTOP)
    monkeypatch.setattr("workers.media.decoders.SHARE", 0.02)  # of a minute

    hung = await taken(media, path)

    assert hung.decoder.endswith("failed: deadline")
    monkeypatch.undo()
    await compare(media, path)


@pytest.mark.parametrize("media", ["cpu"], indirect=True)
@pytest.mark.parametrize(("codec", "name"), [("libvpx", "v.webm"), ("mjpeg", "v.avi")])
async def test_what_only_a_cpu_decodes(media: Media, codec: str, name: str, tmp_path: Path) -> None:
    await compare(media, clips.video(tmp_path / name, codec=codec, pictures=scenes(24)))
