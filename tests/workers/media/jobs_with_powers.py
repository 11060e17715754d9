"""The jobs that misbehave, in a fork server whose kernel has neither seccomp nor Landlock."""

from tests.workers.media.jobs_that_misbehave import answer
from workers.media import landlock, seccomp

__all__ = ["answer"]


def none() -> int:
    return 0


def refuse(instructions: bytes) -> None:
    raise OSError(22, "no seccomp here")


landlock.abi, seccomp.install = none, refuse
