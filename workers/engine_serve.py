"""Serve an engine on a socket: the other end of engine_process.py, the same for every engine.

One request at a time, in a process that dies with its worker. Knows no Kafka and no settings.
"""

import ctypes
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable

from engines.errors import EngineError

from .engine_wire import LENGTH, REQUEST, Failed, Ready, Reply, Request, pack

PR_SET_PDEATHSIG = 1

Answering = Callable[[Request], Reply]

log = logging.getLogger(__name__)


def run(load: Callable[[str, int], tuple[Answering, Ready]]) -> None:
    """A process's whole life, from its command line: FOLDER THREADS FD.

    load: from the folder and the number of threads to what answers, and its first word
    """
    folder, threads, descriptor = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # never outlives its worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is the worker's business
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s engine: %(message)s")
    connection = socket.socket(fileno=descriptor)
    try:
        answering, ready = load(folder, threads)
    except EngineError as error:
        connection.sendall(pack(Failed(str(error))))
        sys.exit(1)
    serve(answering, ready, connection)


def serve(answering: Answering, ready: Ready, connection: socket.socket) -> None:
    """Answer requests until the worker closes the connection."""
    connection.sendall(pack(ready))
    while (request := _read(connection)) is not None:
        connection.sendall(pack(_answer(answering, request)))


def _answer(answering: Answering, request: Request) -> Reply:
    try:
        return answering(request)
    except Exception as error:  # last line of defence of this process: the upload gets the reason
        log.exception("answering a %s", type(request).__name__)
        return Failed(f"{type(error).__name__}: {error}")


def _read(connection: socket.socket) -> Request | None:
    head = _exactly(connection, LENGTH.size)
    if head is None:
        return None
    body = _exactly(connection, LENGTH.unpack(head)[0])
    return None if body is None else REQUEST.decode(body)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    parts = bytearray(size)
    view, filled = memoryview(parts), 0
    while filled < size:
        got = connection.recv_into(view[filled:])
        if got == 0:
            return None
        filled += got
    return bytes(parts)
