"""Each end of a child has its own error, and every end has one."""

import signal

import pytest

from topics.errors import DeadlineExceeded, MediaCrash, MediaLimit, MediaResult
from workers.media.messages import Ended, NotStarted, Start
from workers.media.outcome import Exit, failure

START = Start(ident=1, request=b"", buffer_bytes=1, memory_bytes=1 << 30, cpu_seconds=10)


def ended(
    status: int, *, said: bytes = b"said", rss_mib: int = 50, cpu_seconds: float = 1.0
) -> Exit:
    end = Ended(ident=1, status=status, rss_kib=rss_mib * 1024, cpu_seconds=cpu_seconds)
    return Exit(answer=said, stopped_for=None, ended=end)


@pytest.mark.parametrize(
    ("end", "expected", "said"),
    [
        (ended(12 << 8), MediaLimit, "memory: said"),
        (ended(1 << 8), MediaCrash, "failed: said"),
        (ended(1 << 8, said=b"\x1b[2J\n\xff"), MediaCrash, "failed: \ufffd[2J\ufffd\ufffd"),
        (ended(12 << 8, said=b"x" * 9999), MediaLimit, "memory: " + "x" * 500),
        (ended(signal.SIGSEGV), MediaCrash, "crash: SIGSEGV, peak memory 50 MiB"),
        (ended(signal.SIGABRT | 0x80), MediaCrash, "crash: SIGABRT"),  # with a core dump
        (ended(signal.SIGRTMIN + 3), MediaCrash, "crash: signal 37"),  # it has no name
        (ended(signal.SIGXCPU, cpu_seconds=10.0), MediaLimit, "cpu: 10.0 s used"),
        (ended(signal.SIGKILL, cpu_seconds=11.0), MediaLimit, "cpu"),  # it ignored SIGXCPU
        (ended(signal.SIGKILL, rss_mib=900), MediaLimit, "memory: killed by the system"),
        (ended(signal.SIGKILL), MediaCrash, "crash: SIGKILL, by the system or a person"),
        (
            Exit(answer=b"", stopped_for=None, ended=NotStarted(1, "EAGAIN")),
            MediaLimit,
            "memory: no media process could be started: EAGAIN",
        ),
        (
            Exit(answer=b"", stopped_for=None, ended=None, server_lost=True),
            MediaCrash,
            "failed: the fork server died",
        ),
        (Exit(answer=b"", stopped_for="deadline", ended=None), DeadlineExceeded, "deadline"),
        (Exit(answer=b"{" * 9, stopped_for="bad_result", ended=None), MediaResult, "bad_result"),
    ],
)
def test_an_end_has_its_error(end: Exit, expected: type[Exception], said: str) -> None:
    error = failure(end, START)
    assert type(error) is expected
    assert said in str(error)


def test_an_answer_is_no_failure() -> None:
    assert failure(ended(0), START) is None
