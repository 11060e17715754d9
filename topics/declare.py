"""What a topic is: a record type with the settings that the topic is created with.

Nothing is registered: `topics/catalogue.py` lists the declarations.
"""

from dataclasses import dataclass, field

import msgspec

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One topic as DESIGN.md section 1 declares it.

    partitions: the number a fresh topic is created with; 1 where the order over all keys matters
    retention_days: None keeps records for ever
    compacted: keep the newest record of each key instead of deleting by age
    examples: valid records, as the JSON objects that stand on the wire
    """

    name: str
    record: type[msgspec.Struct]
    key: str
    partitions: int
    retention_days: int | None
    compacted: bool = False
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    description: str
    max_message_bytes: int = 1_048_576
    examples: tuple[dict[str, object], ...] = field(default=())

    def prefixed(self, prefix: str) -> str:
        """The name on the broker: `REELGUARD_TOPIC_PREFIX` + name."""
        return prefix + self.name

    @property
    def ce_type(self) -> str:
        """The CloudEvents type of its records, as `reelguard.upload.v1`."""
        return f"reelguard.{self.record.__name__.lower()}.v1"

    def configuration(self) -> dict[str, str]:
        """The topic's settings at creation, by Kafka's names."""
        retention = -1 if self.retention_days is None else self.retention_days * DAY_MS
        settings = {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "max.message.bytes": str(self.max_message_bytes),
        }
        return settings if self.compacted else settings | {"retention.ms": str(retention)}
