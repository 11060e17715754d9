"""The engine process answers each request in turn and ends with its connection."""

import socket
import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from workers.engine_main import NullGuard, scoring
from workers.engine_serve import serve
from workers.engine_wire import (
    LENGTH,
    REPLY,
    Answer,
    Explained,
    ExplainRequest,
    Failed,
    Readings,
    ReadRequest,
    Ready,
    Reply,
    ScoreRequest,
    Scores,
    pack,
)

READY = Ready("test@1", "demo", 2)
FRAME = bytes(range(12))  # 2 x 2 RGB


class Picky:
    """Scores frames by their last byte; knows one policy only."""

    def answers(
        self, frames: NDArray[np.uint8], policies: Sequence[str]
    ) -> tuple[tuple[Answer, ...], ...]:
        if list(policies) != ["no guns ."]:
            raise ValueError(f"not known: {policies}")
        return tuple((Answer("safe", float(frame[1, 1, 2]), ""),) for frame in frames)

    def words(self, frames: NDArray[np.uint8], policies: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            f"{text} {frame[1, 1, 2]}" for frame, text in zip(frames, policies, strict=True)
        )

    def refusals(self, policies: Sequence[str]) -> tuple[str, ...]:
        return tuple("" if text == "no guns ." else f"not known: {text}" for text in policies)


@pytest.fixture
def served() -> Iterator[socket.socket]:
    """The worker's end; the engine must end when it is closed."""
    ours, theirs = socket.socketpair()
    engine = threading.Thread(target=serve, args=(scoring(Picky()), READY, theirs))
    engine.start()
    with ours, theirs:
        yield ours
        ours.close()
        engine.join(5)
        assert not engine.is_alive()


def reply(connection: socket.socket) -> Reply:
    size = LENGTH.unpack(connection.recv(LENGTH.size, socket.MSG_WAITALL))[0]
    return REPLY.decode(connection.recv(size, socket.MSG_WAITALL))


def test_its_first_word_is_what_it_is(served: socket.socket) -> None:
    assert reply(served) == READY


def test_a_failure_is_answered_and_the_next_request_served(served: socket.socket) -> None:
    reply(served)
    served.sendall(pack(ScoreRequest(FRAME, 1, 2, ("?",))))
    served.sendall(pack(ScoreRequest(FRAME + FRAME, 2, 2, ("no guns .",))))

    assert reply(served) == Failed("ValueError: not known: ('?',)")
    assert reply(served) == Scores(((Answer("safe", 11.0, ""),),) * 2)


def test_which_texts_can_be_read_is_answered_without_a_picture(served: socket.socket) -> None:
    reply(served)
    served.sendall(pack(ReadRequest(("no guns .", "?"))))

    assert reply(served) == Readings(("", "not known: ?"))


def test_why_is_answered_for_each_frame_under_its_own_policy(served: socket.socket) -> None:
    reply(served)
    served.sendall(pack(ExplainRequest(FRAME + FRAME, 2, 2, ("a", "b"))))

    assert reply(served) == Explained(("a 11", "b 11"))


def test_a_request_may_come_in_pieces(served: socket.socket) -> None:
    reply(served)
    for byte in pack(ScoreRequest(FRAME, 1, 2, ("no guns .",))):
        served.sendall(bytes([byte]))

    assert isinstance(reply(served), Scores)


def test_a_worker_that_goes_in_the_middle_of_a_request_ends_it(served: socket.socket) -> None:
    reply(served)

    served.sendall(pack(ScoreRequest(FRAME, 1, 2, ("no guns .",)))[:9])  # then the fixture closes


def test_the_null_guard_never_says_safe() -> None:
    answers = NullGuard().answers(np.zeros((2, 96, 96, 3), np.uint8), ["a", "b", "c"])

    assert [[a.word for a in row] for row in answers] == [["unparsable"] * 3] * 2
