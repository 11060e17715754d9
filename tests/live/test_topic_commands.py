"""`reelguard topic` on a real broker: creates what is missing, alters nothing."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from kafka import KafkaAdminClient

from topics.catalogue import TOPICS
from topics.commands import COMMANDS

NAMES = [topic.name for topic in TOPICS]


@pytest.fixture
def environment(kafka: str, prefix: str) -> dict[str, str]:
    return {"REELGUARD_KAFKA": kafka, "REELGUARD_TOPIC_PREFIX": prefix}


def topic(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(COMMANDS[0], list(arguments), env=environment)


def test_create_makes_every_topic_as_declared(environment: dict[str, str], prefix: str) -> None:
    assert topic(environment, "check").exit_code == 1

    made = json.loads(topic(environment, "create", "--json").output)

    assert [creation["outcome"] for creation in made] == ["created"] * len(TOPICS)
    assert [creation["topic"] for creation in made] == [prefix + name for name in NAMES]
    assert topic(environment, "check").output == "all topics are as declared\n"


def test_a_dry_run_creates_nothing(environment: dict[str, str]) -> None:
    done = topic(environment, "create", "--dry-run")

    assert done.exit_code == 0
    assert done.output.count("would be created") == len(TOPICS)
    listed = json.loads(topic(environment, "list", "--json").output)
    assert not any(row["exists"] for row in listed)


def test_what_exists_is_left_alone_and_check_says_how_to_cure_it(
    environment: dict[str, str], kafka: str, prefix: str
) -> None:
    odd = {"num_partitions": 2, "replication_factor": 1, "configs": {"retention.ms": "60000"}}
    with KafkaAdminClient(bootstrap_servers=kafka) as admin:
        admin.create_topics({f"{prefix}uploads": odd}, wait_for_metadata=True)

    made = json.loads(topic(environment, "create", "--json").output)
    found = topic(environment, "check")

    assert made[0]["outcome"] == "exists"
    assert found.exit_code == 1
    assert f"{prefix}uploads: partitions is 2, declared 4" in found.output
    assert f"{prefix}uploads: retention.ms is 60000, declared 604800000" in found.output


def test_the_cures_that_check_names_cure(
    environment: dict[str, str], kafka: str, prefix: str
) -> None:
    odd = {"num_partitions": 2, "replication_factor": 1, "configs": {"cleanup.policy": "compact"}}
    with KafkaAdminClient(bootstrap_servers=kafka) as admin:
        admin.create_topics({f"{prefix}verdicts": odd}, wait_for_metadata=True)
    topic(environment, "create")
    scripts = Path(sys.executable).parent

    for difference in json.loads(topic(environment, "check", "--json").output):
        program, *arguments = shlex.split(difference["cure"])
        subprocess.run([str(scripts / program), *arguments], check=True, capture_output=True)

    assert topic(environment, "check").exit_code == 0


def test_list_shows_how_long_records_stay(environment: dict[str, str], prefix: str) -> None:
    topic(environment, "create")

    lines = [line.split() for line in topic(environment, "list").output.splitlines()]

    assert [f"{prefix}verdicts", "4", "1", "400", "days"] in lines
    assert [f"{prefix}policies", "1", "1", "for", "ever"] in lines
    assert [f"{prefix}worker-status", "1", "1", "newest", "per", "key"] in lines
