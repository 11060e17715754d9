"""Puts verdict records, good and bad, on a topic of the test's own."""

import msgspec
from kafka import KafkaProducer

from topics.admin import connected
from topics.verdicts import VERDICTS


class Topic:
    """The `verdicts` topic under a prefix, with a producer that waits for the broker."""

    def __init__(self, kafka: str, prefix: str) -> None:
        self._name = VERDICTS.prefixed(prefix)
        with connected(kafka) as admin:
            admin.create_topics({self._name: {"num_partitions": 4}}, wait_for_metadata=True)
        self._producer = KafkaProducer(bootstrap_servers=kafka)

    def put(self, digit: str, sequence: int = 1, video: str = "v-1", **more: object) -> None:
        """A verdict with the id digit * 64: an error unless `more` says otherwise."""
        changes = {"verdict_id": digit * 64, "sequence": sequence, "video_id": video}
        self.put_bytes(msgspec.json.encode(VERDICTS.examples[1] | changes | more), video)

    def put_bytes(self, value: bytes, video: str = "v-1") -> None:
        """Any bytes, in the partition of the video."""
        self._producer.send(self._name, value, key=video.encode()).get(timeout=10)
