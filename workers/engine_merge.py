"""Turn questions of several uploads that wait for one engine into one question, and back.

Nobody is waited for: what is there when the engine is free goes together, if it asks the same
policies and all of it fits into one pass of the engine. The questions of a pass that fails are
asked again one by one, so that the upload that broke it is known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .engine_wire import Answer, ScoreRequest


@dataclass(eq=False)
class Waiting:
    """One upload's question and what has become of it.

    deadline: on the loop's clock
    deaths:   how often the engine has died on it
    alone:    it was part of a pass once, and is not made part of another
    """

    request: ScoreRequest
    deadline: float
    deaths: int = 0
    alone: bool = False
    answers: tuple[tuple[Answer, ...], ...] | None = None

    @property
    def rows(self) -> int:
        """Frames times policies."""
        return self.request.count * len(self.request.policies)

    @property
    def task(self) -> str:
        """What the engine will have done, for errors."""
        return f"judged {self.request.count} frames under {len(self.request.policies)} policies"


def together(first: Waiting, others: Iterable[Waiting], rows: int) -> list[Waiting]:
    """`first`, and in their order those of the others that go with it.

    Whose time is up before that of `first` waits for a turn of its own: to give up in the middle of
    a pass is to kill the engine.
    rows: frames times policies that the engine judges in one pass
    """
    taken = [first]
    if first.alone:
        return taken
    room = rows - first.rows
    for one in others:
        open_ = not one.alone and one.answers is None and one.deadline >= first.deadline
        fits = open_ and _alike(one.request, first.request)
        if one is not first and fits and one.rows <= room:
            taken.append(one)
            room -= one.rows
    return taken


def merged(pass_: Sequence[Waiting]) -> ScoreRequest:
    """One question that asks all of them, frame after frame."""
    requests = [one.request for one in pass_]
    return ScoreRequest(
        frames=b"".join(request.frames for request in requests),
        count=sum(request.count for request in requests),
        side=requests[0].side,
        policies=requests[0].policies,
    )


def share_out(pass_: Sequence[Waiting], answers: Sequence[tuple[Answer, ...]]) -> None:
    """Give each question the answers about its own frames."""
    start = 0
    for one in pass_:
        one.answers = tuple(answers[start : start + one.request.count])
        start += one.request.count


def _alike(one: ScoreRequest, other: ScoreRequest) -> bool:
    return (one.side, one.policies) == (other.side, other.policies)
