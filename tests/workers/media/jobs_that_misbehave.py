"""A jobs module for a fork server, in which a request names the harm that the child does.

`workers/media/jobs.py` is the well-behaved one; this one never parses a video.
"""

import ctypes
import fcntl
import mmap
import os
import signal
import threading
import time
from collections.abc import Callable

BUFFER, RESULT = 4, 5
SERVER = os.getpid()  # imported there; a jailed child may not ask for its parent
Harm = Callable[[bytes, memoryview], bytes]


def answer(request: bytes, source: int, buffer: memoryview) -> bytes:
    name, _, argument = request.partition(b" ")
    return HARMS[name.decode()](argument, buffer)


def echo(argument: bytes, buffer: memoryview) -> bytes:
    buffer[: len(argument)] = argument
    return argument


def see(argument: bytes, buffer: memoryview) -> bytes:
    """What a child can see of the worker: environment and descriptors."""
    return repr([sorted(os.environ), [fd for fd in range(1024) if is_open(fd)]]).encode()


def is_open(fd: int) -> bool:
    try:
        return fcntl.fcntl(fd, fcntl.F_GETFD) >= 0
    except OSError:
        return False


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


def fill_memory(argument: bytes, buffer: memoryview) -> bytes:
    """So many MiB, touched."""
    return b"%d" % len(b"x" * (int(argument) << 20))


def spin(argument: bytes, buffer: memoryview) -> bytes:
    while True:
        pass


def die(argument: bytes, buffer: memoryview) -> bytes:
    """Of a signal by name or number; an unnamed one is how a child could confuse its reader."""
    name = argument.decode()
    signal.raise_signal(int(name) if name.isdigit() else signal.Signals[name])
    return hang(argument, buffer)


def ignore_the_time_limit(argument: bytes, buffer: memoryview) -> bytes:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    return spin(argument, buffer)


def read_nowhere(argument: bytes, buffer: memoryview) -> bytes:
    return ctypes.string_at(8, 8)


def fail(argument: bytes, buffer: memoryview) -> bytes:
    raise IndexError("as PyAV does for a stream that is not there")


def shrink(argument: bytes, buffer: memoryview) -> bytes:
    os.ftruncate(BUFFER, 0)
    return b"shrunk"


def touch_beyond_the_buffer(argument: bytes, buffer: memoryview) -> bytes:
    """A page of the mapping that the file behind it does not have: SIGBUS."""
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    at = libc.mmap(None, ctypes.c_size_t(1 << 20), mmap.PROT_READ, mmap.MAP_SHARED, BUFFER, 0)
    return ctypes.string_at(at + (1 << 19), 8)


def kill_the_server(argument: bytes, buffer: memoryview) -> bytes:
    os.kill(SERVER, signal.Signals[argument.decode() or "SIGKILL"])
    return hang(argument, buffer)


def fork(argument: bytes, buffer: memoryview) -> bytes:
    if os.fork() == 0:
        hang(argument, buffer)
    return b"two of us"


def start_threads_without_end(argument: bytes, buffer: memoryview) -> bytes:
    while True:
        threading.Thread(target=hang, args=(argument, buffer), daemon=True).start()


def raise_error(argument: bytes, buffer: memoryview) -> bytes:
    """What opening a file has been seen to raise, by name."""
    raise ERRORS[argument.decode()]


def dribble(argument: bytes, buffer: memoryview) -> bytes:
    """An answer that never ends and never gets long."""
    while True:
        os.write(RESULT, b"{")
        time.sleep(0.05)


def change_after_the_answer(argument: bytes, buffer: memoryview) -> bytes:
    """Say that the frames are there, then go on writing until killed."""
    os.write(RESULT, b"done")
    os.close(RESULT)
    while True:
        buffer[:4] = os.urandom(4)


def say(argument: bytes, buffer: memoryview) -> bytes:
    return argument


ERRORS: dict[str, Exception] = {
    "MemoryError": MemoryError(),
    "ENOMEM": OSError(12, "Cannot allocate memory"),
    "EAGAIN": BlockingIOError(11, "Resource temporarily unavailable"),
    "RecursionError": RecursionError("maximum recursion depth exceeded"),
    "UnicodeDecodeError": UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    "AssertionError": AssertionError(),
}
HARMS: dict[str, Harm] = {
    "echo": echo,
    "see": see,
    "hang": hang,
    "hang_after_closing_its_answer": hang_after_closing_its_answer,
    "answer_without_end": answer_without_end,
    "allocate": allocate,
    "fill_memory": fill_memory,
    "spin": spin,
    "ignore_the_time_limit": ignore_the_time_limit,
    "die": die,
    "read_nowhere": read_nowhere,
    "fail": fail,
    "shrink": shrink,
    "touch_beyond_the_buffer": touch_beyond_the_buffer,
    "kill_the_server": kill_the_server,
    "fork": fork,
    "start_threads_without_end": start_threads_without_end,
    "raise_error": raise_error,
    "dribble": dribble,
    "change_after_the_answer": change_after_the_answer,
    "say": say,
}
