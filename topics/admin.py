"""Compare the declared topics with those on a broker, and create the ones that are missing.

Never alters and never deletes what exists. No security settings of its own: `bootstrap` is all.
More partitions than declared are no difference, because `partitions` is what a fresh topic is
created with; a topic that is declared with one has exactly one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from .catalogue import TOPICS
from .declare import Topic
from .errors import BrokerFault
from .scan import CONNECT_SECONDS, REQUEST_SECONDS, unreachable

REPLICATION_FACTOR = 3  # on clusters that have as many brokers
SETTINGS = ["cleanup.policy", "max.message.bytes", "retention.ms"]


@dataclass(frozen=True)
class Creation:
    """One declared topic and what became of it.

    outcome: `created`, `exists` (left as it is) or `missing` (a dry run would create it)
    replication_factor: of the new topic; None where it exists already
    """

    topic: str
    outcome: str
    partitions: int
    replication_factor: int | None
    configuration: dict[str, str]


@dataclass(frozen=True)
class Listed:
    """One declared topic as it stands on the broker; None and {} where it is missing."""

    topic: str
    exists: bool
    partitions: int | None
    replication_factor: int | None
    configuration: dict[str, str]
    description: str


@dataclass(frozen=True)
class Difference:
    """Where the broker differs from the declaration, and what cures it: mostly a command."""

    topic: str
    setting: str
    declared: str
    actual: str
    cure: str


def create(
    bootstrap: str,
    *,
    prefix: str = "",
    dry_run: bool = False,
    replication_factor: int | None = None,
) -> list[Creation]:
    """Create every declared topic that is missing.

    replication_factor: None takes 3, or the number of brokers where there are fewer
    raises: BrokerFault when the broker cannot be reached or refuses
    """
    with connected(bootstrap) as admin:
        present = _present(admin)
        factor = replication_factor or min(REPLICATION_FACTOR, _brokers(admin))
        missing = [topic for topic in TOPICS if topic.prefixed(prefix) not in present]
        if missing and not dry_run:
            _create(admin, {topic.prefixed(prefix): _creation(topic, factor) for topic in missing})
    outcome = "missing" if dry_run else "created"
    return [
        Creation(
            topic=topic.prefixed(prefix),
            outcome=outcome if topic in missing else "exists",
            partitions=topic.partitions,
            replication_factor=factor if topic in missing else None,
            configuration=topic.configuration(),
        )
        for topic in TOPICS
    ]


def listing(bootstrap: str, *, prefix: str = "") -> list[Listed]:
    """Every declared topic with what the broker says about it."""
    names = [topic.prefixed(prefix) for topic in TOPICS]
    with connected(bootstrap) as admin:
        present = _present(admin)
        settings = _settings(admin, [name for name in names if name in present])
    return [
        _listed(topic, name, present.get(name, []), settings.get(name, {}))
        for topic, name in zip(TOPICS, names, strict=True)
    ]


def check(bootstrap: str, *, prefix: str = "") -> list[Difference]:
    """Every difference between the declarations and the broker; empty when all is well."""
    found = zip(TOPICS, listing(bootstrap, prefix=prefix), strict=True)
    return [
        difference
        for topic, listed in found
        for difference in differences(topic, listed, bootstrap)
    ]


def differences(topic: Topic, listed: Listed, bootstrap: str) -> list[Difference]:
    """The differences of one topic."""
    if not listed.exists:
        prefix = listed.topic.removesuffix(topic.name)
        cure = f"reelguard topic create --bootstrap {bootstrap}"
        cure += f" --prefix {prefix}" if prefix else ""
        return [Difference(listed.topic, "topic", "exists", "missing", cure)]
    found = _partition_differences(topic, listed, bootstrap)
    for setting, declared in topic.configuration().items():
        if (actual := listed.configuration.get(setting, "unset")) != declared:
            change = f"-r topic -n {listed.topic} -c {setting}={declared}"
            cure = f"kafka-python admin -b {bootstrap} configs alter {change}"
            found.append(Difference(listed.topic, setting, declared, actual, cure))
    return found


@contextmanager
def connected(bootstrap: str) -> Iterator[Any]:
    """An admin client of the broker; its failures come out as BrokerFault."""
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=[server.strip() for server in bootstrap.split(",")],
            client_id="reelguard",
            bootstrap_timeout_ms=CONNECT_SECONDS * 1000,
            request_timeout_ms=REQUEST_SECONDS * 1000,
        )
    except (KafkaError, OSError, ValueError) as error:
        raise BrokerFault(unreachable(bootstrap)) from error
    try:
        with admin:
            yield admin
    except KafkaError as error:
        raise BrokerFault(f"the Kafka broker at {bootstrap} refused: {error}") from error


def _present(admin: Any) -> dict[str, list[Any]]:
    """The partitions of every topic there is; asking by name might create what is asked for."""
    return {found["name"]: found["partitions"] for found in admin.describe_topics()}


def _brokers(admin: Any) -> int:
    return len(admin.describe_cluster()["brokers"])


def _creation(topic: Topic, factor: int) -> dict[str, object]:
    return {
        "num_partitions": topic.partitions,
        "replication_factor": factor,
        "configs": topic.configuration(),
    }


def _create(admin: Any, wanted: dict[str, dict[str, object]]) -> None:
    answer = admin.create_topics(wanted, raise_errors=False)
    for topic in answer["topics"]:
        code = topic["error_code"]
        if code and for_code(code) is not TopicAlreadyExistsError:  # somebody was faster: fine
            raise for_code(code)(f"{topic['name']}: {topic['error_message']}")
    admin.wait_for_topics(list(wanted))


def _settings(admin: Any, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    wanted = [ConfigResource(ConfigResourceType.TOPIC, name, SETTINGS) for name in names]
    answer = admin.describe_configs(wanted, config_filter="all")["topic"]
    return {
        name: {setting: found["value"] for setting, found in sorted(settings.items())}
        for name, settings in answer.items()
    }


def _listed(topic: Topic, name: str, partitions: list[Any], settings: dict[str, str]) -> Listed:
    return Listed(
        topic=name,
        exists=bool(partitions),
        partitions=len(partitions) or None,
        replication_factor=len(partitions[0]["replica_nodes"]) if partitions else None,
        configuration=settings,
        description=topic.description,
    )


def _partition_differences(topic: Topic, listed: Listed, bootstrap: str) -> list[Difference]:
    actual, declared = listed.partitions or 0, topic.partitions
    if actual < declared:
        change = f"-p {listed.topic}:{declared}"
        cure = f"kafka-python admin -b {bootstrap} partitions create {change}"
    elif declared == 1 and actual > 1:
        cure = "copy its records, delete it, reelguard topic create: its order needs one partition"
    else:
        return []
    return [Difference(listed.topic, "partitions", str(declared), str(actual), cure)]
