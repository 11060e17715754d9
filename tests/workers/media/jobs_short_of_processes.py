"""The jobs that misbehave, in a fork server to which the system refuses its first upload's process.

A limit of processes counts for one user id, and root is exempt, so the refusal is made here.
"""

import errno
import os

from tests.workers.media.jobs_that_misbehave import answer

__all__ = ["answer"]
FORKS = iter(["the trial's", "refused"])
FORK = os.fork


def fork() -> int:
    if next(FORKS, "given") == "refused":
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return FORK()


os.fork = fork
