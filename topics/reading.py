"""What a consumer of verdicts may choose, with the defaults; and what it is told of bad records."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from .errors import RecordError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BadRecord:
    """A record that is no verdict: skipped, its bytes as they came. error says what is wrong."""

    topic: str
    partition: int
    offset: int
    value: bytes | None
    error: RecordError


def log_bad_record(bad: BadRecord) -> None:
    """What happens to a bad record unless the consumer chooses otherwise: one line in the log."""
    log.warning("skipped a bad record: %s", bad.error)


def nothing_is_known(verdict_id: str) -> bool:
    """The answer of a consumer that keeps no list of the verdicts it has acted upon."""
    return False


class Options(TypedDict, total=False):
    """The optional arguments of `consume.verdicts`; `Reading` has their meaning and defaults."""

    topic: str
    prefix: str
    from_beginning: bool
    timeout_seconds: float | None
    look_back: int
    is_known: Callable[[str], bool]
    on_bad_record: Callable[[BadRecord], None]
    kafka: Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """One consumer's choices.

    topic, prefix: the topic's name, and what stands before all of Reelguard's topics
    from_beginning: where a new group starts; False: only what comes from now on
    timeout_seconds: the iteration ends when no record has come for so long; None: never
    look_back: records per partition re-read at the start (not delivered) to recognise duplicates
        and outdated decisions across restarts; about 3 KB each
    is_known: asked for each new verdict_id; True skips it. Give it your own store's answer where
        a decision must not even be repeated after a crash
    on_bad_record: told of each record that is no verdict; what it raises ends the iteration
    kafka: more settings for kafka-python's KafkaConsumer, as `security_protocol`, `sasl_mechanism`
    """

    bootstrap_servers: str
    group_id: str
    topic: str = "verdicts"
    prefix: str = ""
    from_beginning: bool = True
    timeout_seconds: float | None = None
    look_back: int = 1000
    is_known: Callable[[str], bool] = nothing_is_known
    on_bad_record: Callable[[BadRecord], None] = log_bad_record
    kafka: Mapping[str, Any] = field(default_factory=dict)

    @property
    def topic_name(self) -> str:
        """The topic's name on the broker."""
        return self.prefix + self.topic
