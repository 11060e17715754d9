"""The process that decodes with DALI: one rewritten file after another, until the worker goes.

Started by gpu_process.py as `python -I -m workers.media.gpu_main FD gpu|cpu`. It may be killed at
any time. A GPU's driver needs more of the system than a jail leaves, so this process is not in
one: it gets no upload, but files that a jailed child has written, and no path.
"""

import mmap
import os
import resource
import signal
import socket
import sys
from pathlib import Path

import msgspec
import numpy as np

from .answers import Refusal, Sampled
from .libc import prctl
from .parcel import receive, send
from .prepared import Failed, Ready, Task, encode, task_decoder
from .sampling import Choice, Filmed, take

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_DEVICES = Path("/proc/driver/nvidia/gpus")


def main() -> None:
    """See the module's first lines for the arguments."""
    sock, device = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the worker to handle
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        serve(sock, device)
    except ConnectionError:
        return  # the worker has gone


def serve(sock: socket.socket, device: str) -> None:
    """Say that it works, or why not; then decode. raises: ConnectionError when the worker goes."""
    try:
        from . import decode_gpu

        dali = decode_gpu.Dali(device)
    except (ImportError, RuntimeError) as error:
        return send(sock, encode(Failed(why=_line(error))))
    send(sock, encode(Ready(decoder=decode_gpu.NAME, device=_device_name(device))))
    while True:
        message, descriptors = receive(sock, descriptors_max=2)
        task = task_decoder.decode(message)
        try:
            file, squares = map(_mapped, descriptors)
            film = decode_gpu.DaliFilm(dali=dali, file=file, task=task)
            send(sock, encode(_taken(film, task, squares, f"{decode_gpu.NAME} {device}")))
        except RuntimeError as error:  # DALI's own; its graph is of no more use
            send(sock, encode(Failed(why=_line(error))))
            dali = decode_gpu.Dali(device)


def _taken(film: Filmed, task: Task, squares: memoryview, decoder: str) -> Sampled | Failed:
    clean = task.clean
    choice = Choice(
        steps=np.array(clean.steps, np.int64),
        cuts=np.array(clean.cuts, np.int64),
        step_seconds=clean.step_seconds,
    )
    answer = take(film, choice, task.sample, squares)
    if isinstance(answer, Refusal):
        return Failed(why=answer.detail)
    shape = clean.shape
    probe = msgspec.structs.replace(task.probe, width=shape.width, height=shape.height)
    return msgspec.structs.replace(answer, decoder=decoder, probe=probe)


def _mapped(descriptor: int) -> memoryview:
    try:
        return memoryview(mmap.mmap(descriptor, 0))
    finally:
        os.close(descriptor)


def _device_name(device: str) -> str:
    if device == "cpu":
        return "cpu"
    for told in sorted(_DEVICES.glob("*/information")):
        for line in told.read_text(errors="replace").splitlines():
            if line.startswith("Model:"):
                return line.partition(":")[2].strip()[:64]
    return "gpu"


def _line(error: Exception) -> str:
    """What went wrong, without DALI's traceback of its graph."""
    said = str(error).rpartition("encountered:")[2] or repr(error)
    return " ".join(said.split())[:500]


if __name__ == "__main__":
    main()
