"""Decoding what is needed gives the same pixels as decoding everything."""

from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.workers.media import clips, second_opinion
from workers.media.container import open_container, picture
from workers.media.decode import Decoder
from workers.media.film import open_film
from workers.media.index import read_index

LONG = [i / 24 for i in range(120)]
SHORT = LONG[:60]
EVERY = (1, 7, 24, 50)
CODECS = [
    ("v.mp4", "libx264"),  # B frames, references among them
    ("v.avi", "libx264"),  # B frames, and a container that cannot tell
    ("v.mkv", "libx265"),  # open groups: leading pictures
    ("v.webm", "libvpx"),  # hidden frames
    ("v.webm", "libvpx-vp9"),  # hidden frames, with others in one packet
    ("v.mp4", "libsvtav1"),  # frames shown by a later packet
    ("v.mpg", "mpeg1video"),
    ("v.ts", "mpeg2video"),
    ("v.avi", "mpeg4"),
    ("v.avi", "msmpeg4"),
    ("v.3gp", "h263"),
    ("v.flv", "flv"),
    ("v.wmv", "wmv2"),
    ("v.avi", "mjpeg"),
    ("v.mov", "prores"),
    ("v.mkv", "ffv1"),
    ("v.gif", "gif"),
    ("v.apng", "apng"),
]
Shown = dict[int, NDArray[np.uint8]]


def moving() -> list[clips.Pixels]:
    """Noise that drifts, so that frames depend on each other."""
    wall = np.random.default_rng(0).integers(0, 255, (96, 260, 3), dtype=np.uint8)
    return [np.ascontiguousarray(wall[:, i : i + 128]) for i in range(len(LONG))]


def still() -> list[clips.Pixels]:
    """A small box that drifts over a still ground, so that frames hold what changed alone."""
    ground = np.random.default_rng(0).integers(0, 255, (96, 128, 3), dtype=np.uint8)
    pictures = [ground.copy() for _ in LONG]
    for number, pixels in enumerate(pictures):
        pixels[20:50, number // 2 : number // 2 + 30] = (220, 60, 60)
    return pictures


def decoded(path: Path, every: int, *, thorough: bool) -> Shown:
    with open(path, "rb") as file:
        with open_container(file.fileno()) as container:
            track = read_index(container, picture(container), None).picture
        assert track is not None
        wanted = track.times[::every]
        with open_container(file.fileno()) as container:
            stream = picture(container)
            assert stream is not None
            decoder = Decoder(container, stream)
            return shown(decoder.frames(track, wanted, thorough=thorough))


def shown(frames: Iterable[av.VideoFrame]) -> Shown:
    return {frame.pts or 0: rgb(frame) for frame in frames}


def rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def bare(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return list(shown(container.decode(video=0)).values())


def equal(some: Shown, others: Shown) -> bool:
    return list(some) == list(others) and all((some[pts] == others[pts]).all() for pts in some)


@pytest.mark.parametrize("pictures", [moving(), still()], ids=["moving", "still"])
@pytest.mark.parametrize(("name", "codec"), CODECS)
def test_selected_frames_equal_fully_decoded_ones(
    tmp_path: Path, name: str, codec: str, pictures: list[clips.Pixels]
) -> None:
    path = clips.video(tmp_path / name, SHORT, codec=codec, pictures=pictures[: len(SHORT)])
    everything = decoded(path, 1, thorough=True)
    assert len(everything) == len(SHORT)
    for every in EVERY:
        wanted = dict(list(everything.items())[::every])
        assert equal(decoded(path, every, thorough=False), wanted)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("v.ts", "-c:v libx264 -x264-params open-gop=1:bframes=3"),
        ("v.mp4", "-c:v libx264 -x264-params interlaced=1"),
        ("v.mp4", "-c:v libaom-av1 -cpu-used 8"),
        ("v.ogv", "-c:v libtheora"),
        ("v.wmv", "-c:v wmv1"),
        ("v.rm", "-c:v rv20"),
        ("v.mov", "-c:v svq1"),
        ("v.avi", "-c:v zmbv"),
    ],
)
def test_so_do_those_of_other_encoders(tmp_path: Path, name: str, options: str) -> None:
    pixels = [] if "zmbv" in options else ["-pix_fmt", "yuv420p"]
    if "svq1" in options:
        pixels = ["-pix_fmt", "yuv410p"]
    size = [] if "rv20" not in options else ["-s", "176x144"]
    told = [*options.split(), *pixels, *size, "-g", "12"]
    path = second_opinion.encode(tmp_path / name, moving()[:60], *told)
    everything = decoded(path, 1, thorough=True)
    assert len(everything) == 60
    for every in (7, 24):
        wanted = dict(list(everything.items())[::every])
        assert equal(decoded(path, every, thorough=False), wanted)


@pytest.mark.parametrize(("name", "codec"), [c for c in CODECS if c != ("v.avi", "libx264")])
def test_all_frames_are_those_of_a_bare_loop(tmp_path: Path, name: str, codec: str) -> None:
    path = clips.video(tmp_path / name, LONG[:36], codec=codec, pictures=moving()[:36])
    ours, theirs = decoded(path, 1, thorough=False).values(), bare(path)
    assert len(ours) == len(theirs)
    assert all((a == b).all() for a, b in zip(ours, theirs, strict=True))


def test_damage_costs_the_damaged_frames_only(tmp_path: Path) -> None:
    path = clips.video(tmp_path / "v.ts", LONG, codec="mpeg2video", pictures=moving())
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2 : len(damaged) // 2 + 2000] = bytes(2000)
    path.write_bytes(damaged)
    assert 100 <= len(decoded(path, 1, thorough=False)) <= 120


@pytest.mark.parametrize(("name", "codec"), [("v.mkv", "libx265"), ("v.avi", "mpeg4")])
def test_key_frames_that_are_none_are_found_out(tmp_path: Path, name: str, codec: str) -> None:
    true = clips.video(tmp_path / name, LONG, codec=codec, pictures=moving())
    liar = tmp_path / f"liar-{name}"
    with av.open(str(true)) as source, av.open(str(liar), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            packet.stream, packet.is_keyframe = stream, True
            if packet.size:
                target.mux(packet)
    with open(liar, "rb") as file:
        film, seen = open_film(file.fileno()), list[NDArray[np.uint8]]()
        places = np.arange(5, 120, 10)
        times, _ = film.decode(places, lambda n, frame, _: seen.append(rgb(frame)))
    with av.open(str(true)) as container:
        expected = [rgb(frame) for frame in container.decode(video=0)]
    assert len(times) == places.size
    ends = seen[-places.size :]  # the first pass may have given some
    assert all((a == expected[b]).all() for a, b in zip(ends, places, strict=True))


@pytest.mark.parametrize(
    ("name", "codec"), [("v.mkv", "libx265"), ("v.ts", "libx264"), ("v.ts", "mpeg2video")]
)
def test_a_stream_that_starts_in_the_middle_gives_what_can_be_decoded(
    tmp_path: Path, name: str, codec: str
) -> None:
    whole = clips.video(tmp_path / name, LONG, codec=codec, pictures=moving())
    cut = tmp_path / f"cut-{name}"
    with av.open(str(whole)) as source, av.open(str(cut), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in list(source.demux(video=0))[7:]:  # not a key frame
            packet.stream = stream
            if packet.size:
                target.mux(packet)
    ours, theirs = decoded(cut, 1, thorough=False).values(), bare(cut)
    assert 90 <= len(ours) < len(LONG)
    ends = list(ours)[-90:], theirs[-90:]
    assert all((a == b).all() for a, b in zip(*ends, strict=True))
