"""A listener that answers nobody and remembers who connected, on 127.0.0.1 and, if it can, ::1."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

BACKLOG = 1024  # connections that wait, so that none is missed


class Listener:
    def __init__(self, sockets: list[socket.socket]) -> None:
        self._sockets = sockets
        self.port: int = sockets[0].getsockname()[1]

    def connections(self) -> int:
        """How many connections came since the last call; the kernel keeps closed ones too."""
        count = 0
        for each in self._sockets:
            try:
                while True:
                    each.accept()[0].close()
                    count += 1
            except BlockingIOError:
                pass
        return count


@contextmanager
def listening() -> Iterator[Listener]:
    first = _socket(socket.AF_INET, "127.0.0.1", 0)
    sockets = [first]
    try:
        sockets.append(_socket(socket.AF_INET6, "::1", first.getsockname()[1]))
    except OSError:
        pass  # a machine without IPv6: then nothing can connect to it either
    yield Listener(sockets)
    for each in sockets:
        each.close()


def _socket(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    made.bind((host, port))
    made.listen(BACKLOG)
    made.setblocking(False)
    return made
