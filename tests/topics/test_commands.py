"""The commands' outside: help, wrong use, failures in one line."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from topics.commands import COMMANDS, plain_errors
from topics.errors import BrokerFault, UsageError

TOPIC = COMMANDS[0]


@pytest.mark.parametrize("verb", [[], ["create"], ["list"], ["check"]])
def test_help_fits_a_screen_and_has_an_example(verb: list[str]) -> None:
    done = CliRunner().invoke(TOPIC, [*verb, "--help"])

    assert len(done.output.splitlines()) <= 24
    assert "Example: reelguard topic" in done.output
    assert "..." not in done.output.replace("[ARGS]...", "")


def test_wrong_use_exits_with_2_and_names_what_is_wrong() -> None:
    done = CliRunner().invoke(TOPIC, ["create", "--replication-factor", "0"])

    assert done.exit_code == 2
    assert "Error: Invalid value for '--replication-factor'" in done.output


def test_a_broker_that_is_not_there_is_one_line_and_exit_code_1() -> None:
    done = CliRunner().invoke(TOPIC, ["list", "--bootstrap", "127.0.0.1:1"])

    assert done.exit_code == 1
    assert done.output == (
        "Error: no Kafka broker answered at '127.0.0.1:1' within 5 s: "
        "start it (`reelguard kafka`), or name yours in REELGUARD_KAFKA\n"
    )


@pytest.mark.parametrize(
    ("error", "code"), [(UsageError("name a file"), 2), (BrokerFault("it is gone"), 1)]
)
def test_our_failures_become_exit_codes(error: Exception, code: int) -> None:
    @click.command()
    @plain_errors
    def failing() -> None:
        raise error

    done = CliRunner().invoke(failing)

    assert done.exit_code == code
    assert done.output.endswith(f"Error: {error}\n")


def test_importing_the_commands_loads_neither_kafka_nor_rich() -> None:
    look = "import sys, topics.commands; sys.exit(bool({'kafka', 'rich'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", look]).returncode == 0
