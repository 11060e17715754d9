"""A jobs module for a fork server, in which a request names the harm that the child does.

`workers/media/jobs.py` is the well-behaved one; this one never parses a video.
"""

import ctypes
import os
import signal
import time
from collections.abc import Callable

BUFFER, RESULT = 4, 5
Harm = Callable[[bytes, memoryview], bytes]


def answer(request: bytes, source: int, buffer: memoryview) -> bytes:
    name, _, argument = request.partition(b" ")
    return HARMS[name.decode()](argument, buffer)


def echo(argument: bytes, buffer: memoryview) -> bytes:
    buffer[: len(argument)] = argument
    return argument


def see(argument: bytes, buffer: memoryview) -> bytes:
    """What a child can see of the worker: environment, descriptors, threads."""
    descriptors = sorted(os.listdir("/proc/self/fd"), key=int)
    seen = [sorted(os.environ), descriptors[:-1], os.listdir("/proc/self/task"), os.getcwd()]
    return repr([seen[0], seen[1], len(seen[2]), seen[3]]).encode()


def hang(argument: bytes, buffer: memoryview) -> bytes:
    time.sleep(600)
    return b""


def hang_after_closing_its_answer(argument: bytes, buffer: memoryview) -> bytes:
    os.close(RESULT)
    return hang(argument, buffer)


def answer_without_end(argument: bytes, buffer: memoryview) -> bytes:
    while True:
        os.write(RESULT, b"{" * 65_536)


def allocate(argument: bytes, buffer: memoryview) -> bytes:
    return bytes(10 << 30)


def spin(argument: bytes, buffer: memoryview) -> bytes:
    while True:
        pass


def die(argument: bytes, buffer: memoryview) -> bytes:
    os.kill(os.getpid(), signal.Signals[argument.decode()])
    return hang(argument, buffer)


def read_nowhere(argument: bytes, buffer: memoryview) -> bytes:
    return ctypes.string_at(8, 8)


def fail(argument: bytes, buffer: memoryview) -> bytes:
    raise IndexError("as PyAV does for a stream that is not there")


def shrink(argument: bytes, buffer: memoryview) -> bytes:
    os.ftruncate(BUFFER, 0)
    return b"shrunk"


def kill_the_server(argument: bytes, buffer: memoryview) -> bytes:
    os.kill(os.getppid(), signal.SIGKILL)
    return hang(argument, buffer)


def say(argument: bytes, buffer: memoryview) -> bytes:
    return argument


HARMS: dict[str, Harm] = {
    "echo": echo,
    "see": see,
    "hang": hang,
    "hang_after_closing_its_answer": hang_after_closing_its_answer,
    "answer_without_end": answer_without_end,
    "allocate": allocate,
    "spin": spin,
    "die": die,
    "read_nowhere": read_nowhere,
    "fail": fail,
    "shrink": shrink,
    "kill_the_server": kill_the_server,
    "say": say,
}
