"""Messages to and from an engine come back as they went."""

import pytest

from workers.engine_wire import (
    LENGTH,
    REPLY,
    REQUEST,
    Answer,
    Failed,
    Ready,
    Reply,
    ScoreRequest,
    Scores,
    pack,
)

REPLIES: list[Reply] = [
    Ready("safeguard@1+0123456789ab", "production", 448),
    Scores(((Answer("unsafe", 0.75, "a gun"), Answer("unparsable", 0.0, "")), ())),
    Failed("RuntimeShapeError: no"),
]


@pytest.mark.parametrize("reply", REPLIES)
def test_a_reply_comes_back_as_it_went(reply: Reply) -> None:
    packed = pack(reply)

    assert LENGTH.unpack(packed[:4]) == (len(packed) - 4,)
    assert REPLY.decode(packed[4:]) == reply


def test_frames_travel_as_they_are() -> None:
    request = ScoreRequest(bytes(range(12)), 1, 2, ("no guns .", "no knives ."))

    packed = pack(request)

    assert request.frames in packed
    assert REQUEST.decode(packed[4:]) == request
