"""Messages of any length over a stream socket, each with the descriptors that belong to it.

Both ends wait for each other, so this is for a thread or a process of its own.
"""

import os
import socket
import struct
from collections.abc import Sequence
from contextlib import ExitStack

LENGTH = struct.Struct(">Q")
BYTES_MAX = 8 << 20


def send(sock: socket.socket, message: bytes, descriptors: Sequence[int] = ()) -> None:
    """raises: OSError, TimeoutError among them"""
    socket.send_fds(sock, [LENGTH.pack(len(message))], list(descriptors))
    sock.sendall(message)


def receive(sock: socket.socket, descriptors_max: int = 0) -> tuple[bytes, list[int]]:
    """The next message and its descriptors, to be closed. raises: OSError, ConnectionError"""
    head, descriptors, _, _ = socket.recv_fds(sock, LENGTH.size, descriptors_max)
    with ExitStack() as undo:
        for descriptor in descriptors:
            undo.callback(os.close, descriptor)
        head += _exactly(sock, LENGTH.size - len(head))
        (length,) = LENGTH.unpack(head)
        if length > BYTES_MAX:
            raise ConnectionError(f"expected {BYTES_MAX} bytes at most, {length} are to come")
        message = _exactly(sock, length)
        undo.pop_all()  # the descriptors are the caller's now
    return message, list(descriptors)


def _exactly(sock: socket.socket, count: int) -> bytes:
    received = bytearray()
    while len(received) < count:
        piece = sock.recv(min(count - len(received), 1 << 20))
        if not piece:
            raise ConnectionError("the other side is gone")
        received += piece
    return bytes(received)
