"""A jobs module for a fork server that gives up being root: `answer` makes forbidden system calls.

Where the tests run as root the fork server becomes user 65534 as soon as everything is imported, so
that a refusal cannot be taken for a want of privilege, nor the other way round.
Only a fork server may import this.
"""

import ctypes
import json
import os
import platform

import av

from tests.workers.media.forbidden_calls import COLUMN, X32, calls
from workers.media.syscalls import NUMBERS
from workers.media.warm import warm

NOBODY = 65534
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long


def become_nobody() -> str:
    """The kernel's words about this process' capabilities."""
    warm()
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    with open("/proc/thread-self/status") as status:
        return next(line for line in status if line.startswith("CapEff")).split()[1]


CAPABILITIES = become_nobody()


def answer(request: bytes, source: int, buffer: memoryview) -> bytes:
    """By name of a call: the errno that came, 0 if it was done."""
    if request == b"decode":
        return decode(source)
    came = {name: tried(number, *given) for name, (number, given, _) in calls(COLUMN).items()}
    if platform.machine() == "x86_64":
        came["x32 getpid"] = tried(X32 | 39)
    return json.dumps({"uid": os.getuid(), "capabilities": CAPABILITIES, "came": came}).encode()


def tried(number: int, *arguments: int) -> int:
    ctypes.set_errno(0)
    words = [ctypes.c_ulong(word) for word in arguments]
    words += [ctypes.c_ulong(0)] * (6 - len(words))
    return ctypes.get_errno() if LIBC.syscall(ctypes.c_long(number), *words) < 0 else 0


def decode(source: int) -> bytes:
    """Frames by codec, decoded with four threads; sound resampled as for a speech model."""
    frames: dict[str, int] = {}
    resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)
    with av.open("fd:", options={"fd": str(source)}) as container:
        for stream in container.streams:
            stream.codec_context.thread_type = "AUTO"
            stream.codec_context.thread_count = 4
        for packet in container.demux():
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    frame.reformat(64, 64, "rgb24").to_ndarray()
                elif isinstance(frame, av.AudioFrame):
                    resampler.resample(frame)
                name = packet.stream.codec_context.name
                frames[name] = frames.get(name, 0) + 1
        return json.dumps([frames, threads()]).encode()


def threads() -> int:
    """How many this process has: those of the next ids that would take a signal."""
    tgkill, own = NUMBERS["tgkill"][COLUMN], os.getpid()
    assert tgkill is not None
    return sum(tried(tgkill, own, thread, 0) == 0 for thread in range(own, own + 200))
