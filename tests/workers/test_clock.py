"""The kernel says whether the clock is kept, where we look for it."""

import ctypes
import time

from workers.clock import STATUS_AT, TIMEX_BYTES, is_synchronised

STATUS_KNOWN = 0xFFFF  # linux/timex.h names 16 bits


def test_the_kernel_answers() -> None:
    assert is_synchronised() in (True, False)


def test_the_status_stands_where_we_read_it() -> None:
    timex = ctypes.create_string_buffer(TIMEX_BYTES)
    assert ctypes.CDLL(None).adjtimex(timex) >= 0

    status = int.from_bytes(timex.raw[STATUS_AT : STATUS_AT + 4], "little")
    seconds = int.from_bytes(timex.raw[72:80], "little")  # `time`, behind three longs
    assert status & ~STATUS_KNOWN == 0
    assert abs(seconds - time.time()) < 5
