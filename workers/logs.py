"""A worker's log on stderr: our own lines, and the Kafka client's at a rate a person can read.

While a broker is away aiokafka logs the same errors a hundred times a second.
"""

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LIBRARIES = ("aiokafka", "faust", "mode", "workers.transport")  # heard from WARNING on
SELDOM_SECONDS = 10.0


class Seldom(logging.Filter):
    """Lets each message template of each logger through once in SELDOM_SECONDS."""

    def __init__(self) -> None:
        """Nothing has been heard yet."""
        super().__init__()
        self._heard: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this record is heard."""
        if not record.name.startswith("aiokafka"):
            return True
        key = (record.name, str(record.msg))
        if record.created - self._heard.get(key, float("-inf")) < SELDOM_SECONDS:
            return False
        self._heard[key] = record.created
        return True


def to_stderr(level: str) -> None:
    """Send the whole process's log to stderr. level: of our own lines, as `INFO`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(Seldom())
    logging.basicConfig(level=level, handlers=[handler])
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
