"""Ask the kernel whether this machine's clock is kept right: verdicts are ordered by time."""

import ctypes

STA_UNSYNC = 0x0040  # linux/timex.h: nobody keeps the clock right
TIMEX_BYTES = 256  # struct timex has 208 on x86_64 and aarch64; STATUS_AT is the same on both
STATUS_AT = 40  # offset of `int status`: after `modes` and four longs


def is_synchronised() -> bool:
    """Whether an NTP client keeps the clock. raises: OSError where the kernel will not say."""
    libc = ctypes.CDLL(None, use_errno=True)
    timex = ctypes.create_string_buffer(TIMEX_BYTES)  # modes = 0: read only
    if libc.adjtimex(timex) < 0:
        raise OSError(ctypes.get_errno(), "adjtimex")
    status = int.from_bytes(timex.raw[STATUS_AT : STATUS_AT + 4], "little")
    return not status & STA_UNSYNC
