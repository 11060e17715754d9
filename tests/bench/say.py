"""One line of progress on stderr, so that stdout holds the figures alone."""

import sys
import time

BEGAN = time.monotonic()


def say(text: str) -> None:
    """With the seconds since the start."""
    print(f"[{time.monotonic() - BEGAN:5.0f} s] {text}", file=sys.stderr, flush=True)
