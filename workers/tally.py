"""What one worker has done since it started, for its heartbeat."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Tally:
    """Uploads in flight now, judged and failed so far."""

    in_flight: int = 0
    judged: int = 0
    failed: int = 0

    @contextmanager
    def flight(self) -> Iterator[None]:
        """Count an upload as in flight for as long as the context lasts."""
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1
