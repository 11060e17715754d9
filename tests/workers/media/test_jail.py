"""A confined process cannot grow, dump, write files, gain rights, or call what it must not."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio
from PIL import Image

from tests.workers.media import clips
from tests.workers.media.forbidden_calls import COLUMN, calls
from workers.media.sandbox import Run, Sandbox
from workers.media.source import Intake

one_server = pytest.mark.asyncio(loop_scope="module")  # for the whole file
WITHOUT_THREADS = ("mjpeg", "gif", "aac", "opus", "mp3float")  # FFmpeg has none for them
Film = Callable[[Path], Path]
PROGRAM = """
import ctypes, os, resource, sys
from workers.media.confinement import Confinement
from workers.media.jail import confine
from workers.media.libc import prctl
from workers.media.messages import Start
number = ctypes.c_int()
pointer = ctypes.addressof
start = Start(ident=1, request=b"", buffer_bytes=1, memory_bytes=1 << 32, cpu_seconds=5)
confine(start, Confinement(filtered=False), os.getppid())
print(eval(sys.argv[1]))
"""


def confined(look: str) -> str:
    """What an expression gives in a process that is confined and not filtered."""
    command = [sys.executable, "-c", PROGRAM, look]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("AS", (1 << 32, 1 << 32)),
        ("CPU", (5, 6)),  # SIGXCPU, then SIGKILL
        ("NOFILE", (16, 16)),
        ("CORE", (0, 0)),
        ("FSIZE", (0, 0)),
    ],
)
def test_limits_are_set(limit: str, value: tuple[int, int]) -> None:
    assert confined(f"resource.getrlimit(resource.RLIMIT_{limit})") == repr(value)


@pytest.mark.parametrize(
    "held", ["NoNewPrivs:\\t1", "CapEff:\\t" + "0" * 16, "CapPrm:\\t" + "0" * 16]
)
def test_no_rights_are_left_and_none_can_be_gained(held: str) -> None:
    assert confined(f"'{held}' in open('/proc/self/status').read()") == "True"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nobody() -> AsyncIterator[Sandbox]:
    """Children without capabilities, as user 65534 where the tests run as root."""
    sandbox = Sandbox("tests.workers.media.jobs_as_nobody", memory_bytes=1 << 31)
    await sandbox.start()
    assert sandbox.confinement and sandbox.confinement.filtered
    yield sandbox
    await sandbox.stop()


async def asked(sandbox: Sandbox, request: bytes, data: bytes = b"x") -> Run:
    intake = Intake(1 << 24)
    intake.write(data)
    source = intake.finish()
    try:
        run = await sandbox.run(request, source, 4096, deadline_seconds=60)
        run.buffer.close()
        return run
    finally:
        source.close()


@pytest.mark.parametrize(
    ("look", "value"),
    [
        ("open('/proc/self/oom_score_adj').read().strip()", "1000"),  # dies before the worker does
        ("prctl(3)", "0"),  # PR_GET_DUMPABLE: no core dump, nobody looks into its memory
        ("prctl(2, pointer(number)) or number.value", "9"),  # PR_GET_PDEATHSIG: SIGKILL
    ],
)
def test_it_dies_alone_and_first(look: str, value: str) -> None:
    assert confined(look) == value


@one_server
async def test_every_forbidden_call_is_refused_to_nobody(nobody: Sandbox) -> None:
    answer = json.loads((await asked(nobody, b"call")).answer)
    expected = {name: code for name, (_, _, code) in calls(COLUMN).items()}
    came = answer["came"]
    assert (answer["uid"] != 0, answer["capabilities"]) == (True, "0" * 16)
    assert came.pop("x32 getpid", 1) == 1
    assert len(expected) >= 60
    assert came == expected


def film(codec: str, suffix: str) -> Film:
    return lambda folder: clips.video(folder / f"v{suffix}", codec=codec)


def gif(folder: Path) -> Path:
    first, *others = (Image.fromarray(clips.grey(number)) for number in range(24))
    first.save(folder / "v.gif", save_all=True, append_images=others)
    return folder / "v.gif"


def opus(folder: Path) -> Path:
    with av.open(str(folder / "s.webm"), "w") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), "fltp", "mono")
        silence.sample_rate = 48_000
        container.mux(stream.encode(silence))
        container.mux(stream.encode())
    return folder / "s.webm"


def tone(suffix: str) -> Film:
    return lambda folder: clips.sound(folder / f"s{suffix}", 1.0)


@one_server
@pytest.mark.parametrize(
    ("codec", "made"),
    [
        ("h264", film("libx264", ".mp4")),
        ("hevc", film("libx265", ".mp4")),
        ("vp9", film("libvpx-vp9", ".webm")),
        ("libdav1d", film("libsvtav1", ".mkv")),
        ("mpeg4", film("mpeg4", ".avi")),
        ("mjpeg", film("mjpeg", ".mov")),
        ("gif", gif),
        ("aac", tone(".m4a")),
        ("opus", opus),
        ("mp3float", tone(".mp3")),
    ],
)
async def test_nobody_decodes_with_threads(
    nobody: Sandbox, tmp_path: Path, codec: str, made: Film
) -> None:
    run = await asked(nobody, b"decode", made(tmp_path).read_bytes())
    frames, threads = json.loads(run.answer)
    assert list(frames) == [codec]
    assert frames[codec] >= 24
    assert threads > 1 or codec in WITHOUT_THREADS
