"""Find the strictest confinement in which a child of this process can still open a media file.

Forks a child for each candidate, from the strictest on. In the child what must be refused is
asked for, and a second of silence is opened as an upload would be, with a thread beside it.
"""

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn

import av
import msgspec

from . import landlock
from .child import SOURCE, keep
from .confinement import Confinement
from .container import open_container
from .jail import RESULT, confine
from .messages import Start

_START = Start(ident=0, request=b"", buffer_bytes=1, memory_bytes=1 << 31, cpu_seconds=5)
_FINE = b"fine"
_HERTZ = 8000
_REFUSED: dict[str, Callable[[int], object]] = {  # called with the fork server's process id
    "open": lambda server: os.open("/", os.O_RDONLY),
    "socket": lambda server: socket.socket(),
    "kill": lambda server: os.kill(server, 0),
}


def try_out() -> Confinement:
    """Leaves no child and no descriptor. Not filtered: `fault` says what the best trial met."""
    faults: list[str] = []
    for wanted in _candidates(landlock.abi()):
        fault = _fault(wanted)
        if not fault:
            return wanted if wanted.filtered else msgspec.structs.replace(wanted, fault=faults[0])
        faults.append(fault)
    return Confinement(filtered=False, fault=faults[0])


def _candidates(abi: int) -> Iterator[Confinement]:
    for filtered in (True, False):
        for version in dict.fromkeys((abi, 0)):
            for stat in (False, True) if filtered else (False,):
                yield Confinement(filtered=filtered, landlock=version, stat=stat)


def _fault(wanted: Confinement) -> str:
    """What a child confined so could not do, or could; empty if all is well."""
    reading, writing = os.pipe()
    source, server = _silence(), os.getpid()
    pid = os.fork()
    if pid == 0:
        _child(wanted, server, (source, source, writing))
    os.close(writing)
    os.close(source)
    with open(reading, "rb") as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return "" if said == _FINE else said.decode() or f"the trial's process ended with {code}"


def _child(wanted: Confinement, server: int, descriptors: tuple[int, int, int]) -> NoReturn:
    try:
        keep(descriptors)
        os.write(RESULT, _tried(wanted, server) or _FINE)
    finally:
        os._exit(0)


def _tried(wanted: Confinement, server: int) -> bytes:
    try:
        confine(_START, wanted, server)
        for name, call in _REFUSED.items():
            if wanted.filtered and not _refused(call, server):
                return f"seccomp is installed and does not refuse {name}".encode()
        thread = threading.Thread(target=len, args=("",))
        thread.start()
        thread.join()
        open_container(SOURCE).close()
    except (OSError, ValueError, RuntimeError, ImportError, av.FFmpegError) as error:
        return repr(error).encode()
    return b""


def _refused(call: Callable[[int], object], server: int) -> bool:
    try:
        call(server)
    except PermissionError:
        return True
    return False


def _silence() -> int:
    """A descriptor of a second of 8-bit sound in a WAV file."""
    form = struct.pack("<IHHIIHH", 16, 1, 1, _HERTZ, _HERTZ, 1, 8)
    sound = b"fmt " + form + b"data" + struct.pack("<I", _HERTZ) + bytes(_HERTZ)
    fd = os.memfd_create("silence", os.MFD_CLOEXEC)
    os.write(fd, b"RIFF" + struct.pack("<I", 4 + len(sound)) + b"WAVE" + sound)
    return fd
