"""What counts as a difference, and what cures it; on a real broker in live/test_topic_commands."""

import pytest

from topics.admin import Difference, Listed, connected, differences
from topics.declare import Topic
from topics.errors import BrokerFault
from topics.policies import POLICIES
from topics.uploads import UPLOADS

BROKER = "kafka-1:9092"


def found(topic: Topic, partitions: int, **changed: str) -> Listed:
    changes = {name.replace("_", "."): value for name, value in changed.items()}
    return Listed(
        topic="p-" + topic.name,
        exists=partitions > 0,
        partitions=partitions or None,
        replication_factor=1,
        configuration=topic.configuration() | changes,
        description=topic.description,
    )


def test_a_topic_as_declared_has_no_difference() -> None:
    assert differences(UPLOADS, found(UPLOADS, 4), BROKER) == []


def test_a_missing_topic_is_cured_by_creating_it_under_the_same_prefix() -> None:
    assert differences(UPLOADS, found(UPLOADS, 0), BROKER) == [
        Difference(
            topic="p-uploads",
            setting="topic",
            declared="exists",
            actual="missing",
            cure="reelguard topic create --bootstrap kafka-1:9092 --prefix p-",
        )
    ]


def test_a_setting_that_differs_is_named_with_both_values_and_its_cure() -> None:
    assert differences(UPLOADS, found(UPLOADS, 4, retention_ms="60000"), BROKER) == [
        Difference(
            topic="p-uploads",
            setting="retention.ms",
            declared="604800000",
            actual="60000",
            cure="kafka-python admin -b kafka-1:9092 configs alter -r topic -n p-uploads "
            "-c retention.ms=604800000",
        )
    ]


@pytest.mark.parametrize(
    ("topic", "partitions", "differing"),
    [
        (UPLOADS, 3, ["partitions"]),  # fewer than declared
        (UPLOADS, 32, []),  # a larger cluster
        (POLICIES, 1, []),
        (POLICIES, 2, ["partitions"]),  # a log in two partitions has no order
    ],
)
def test_more_partitions_are_a_difference_only_where_order_needs_one(
    topic: Topic, partitions: int, differing: list[str]
) -> None:
    listed = found(topic, partitions)

    assert [found.setting for found in differences(topic, listed, BROKER)] == differing


def test_bootstrap_servers_that_are_none_are_a_broker_fault() -> None:
    with pytest.raises(BrokerFault, match="'kafka:port' within 5 s: start it "):
        with connected("kafka:port"):
            pass
