"""Messages arrive whole, with their descriptors, or not at all."""

import os
import socket
from collections.abc import Iterator

import pytest

from workers.media.parcel import BYTES_MAX, LENGTH, receive, send

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    one, other = socket.socketpair()
    with one, other:
        other.settimeout(5)
        yield one, other


def test_a_message_comes_with_its_descriptors(pair: Pair) -> None:
    reading, writing = os.pipe()
    send(pair[0], b"film", [writing])
    message, [received] = receive(pair[1], descriptors_max=1)
    os.write(received, b"x")

    assert (message, os.read(reading, 1)) == (b"film", b"x")
    for descriptor in (reading, writing, received):
        os.close(descriptor)


def test_messages_in_a_row_stay_apart(pair: Pair) -> None:
    for message in (b"one", b"", b"two"):
        send(pair[0], message)

    assert [receive(pair[1])[0] for _ in range(3)] == [b"one", b"", b"two"]


@pytest.mark.parametrize("sent", [b"", b"\0\0", LENGTH.pack(5) + b"1234"])
def test_an_end_in_the_middle_is_an_error(pair: Pair, sent: bytes) -> None:
    pair[0].sendall(sent)
    pair[0].close()

    with pytest.raises(ConnectionError, match="gone"):
        receive(pair[1])


def test_a_message_that_is_too_long_is_not_waited_for(pair: Pair) -> None:
    pair[0].sendall(LENGTH.pack(BYTES_MAX + 1))

    with pytest.raises(ConnectionError, match="at most"):
        receive(pair[1])
