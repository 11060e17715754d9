"""An engine process for the tests: does what the first policy's text tells it to.

Run like workers/engine_main.py. FOLDER is a file that gets a letter with each start; beside it
`.slow` holds the seconds that a start takes, `.died` is there once `die-once` has been obeyed, and
`.asked` has a line with the number of frames for each question.
"""

import os
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workers.engine_main import scoring
from workers.engine_serve import serve
from workers.engine_wire import Answer, Ready

SIDE, ROWS = 4, 8
KILLER = 99  # the first byte of a frame that `die-on-99` dies of and `hang-on-99` hangs on
NOTES = Path(sys.argv[1])


class Obedient:
    """Dies, hangs, fails, or scores each frame by its first byte."""

    def answers(
        self, frames: NDArray[np.uint8], policies: Sequence[str]
    ) -> tuple[tuple[Answer, ...], ...]:
        """Scores in hundredths; the policy's text is the rationale."""
        order, died = policies[0], NOTES.with_suffix(".died")
        with NOTES.with_suffix(".asked").open("a") as file:
            file.write(f"{len(frames)}\n")
        if order.endswith("-on-99"):
            order = order.removesuffix("-on-99") if (frames[:, 0, 0, 0] == KILLER).any() else ""
        if order == "busy":
            time.sleep(0.3)
        if order == "die" or (order == "die-once" and not died.exists()):
            died.touch()
            os._exit(3)
        if order == "hang":
            time.sleep(60)
        if order == "fail":
            raise ValueError("no such input")
        scores = [int(frame[0, 0, 0]) / 100 for frame in frames]
        return tuple(tuple(Answer("safe", score, text) for text in policies) for score in scores)

    def words(self, frames: NDArray[np.uint8], policies: Sequence[str]) -> tuple[str, ...]:
        """The policy's text is why."""
        return tuple(policies)

    def refusals(self, policies: Sequence[str]) -> tuple[str, ...]:
        """It reads everything but `unreadable`; `die` kills it here, too."""
        if "die" in policies:
            os._exit(3)
        return tuple("why not" if text == "unreadable" else "" for text in policies)


def main() -> None:
    """Serve until the worker goes."""
    with NOTES.open("a") as file:
        file.write("s")
    slow = NOTES.with_suffix(".slow")
    if slow.exists():
        time.sleep(float(slow.read_text()))
    connection = socket.socket(fileno=int(sys.argv[3]))
    serve(scoring(Obedient()), Ready("test@1", "production", SIDE, ROWS), connection)


if __name__ == "__main__":
    main()
