"""`reelguard doctor` finds a working set-up well, and says what is missing from another."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policies.publish import Place, publish
from tests.policies.cases import policy
from topics.admin import create
from workers.doctor_commands import doctor


@pytest.fixture
def environment(kafka: str, prefix: str, tmp_path: Path) -> dict[str, str]:
    return {
        "REELGUARD_KAFKA": kafka,
        "REELGUARD_TOPIC_PREFIX": prefix,
        "REELGUARD_STORE": (tmp_path / "store").as_uri(),
        "REELGUARD_SAFEGUARD": "null",
        "COLUMNS": "200",
    }


def typed(environment: dict[str, str], *words: str) -> Result:
    return CliRunner().invoke(doctor, list(words), env=environment)


def test_a_working_set_up_is_found_well(environment: dict[str, str], prefix: str) -> None:
    create(environment["REELGUARD_KAFKA"], prefix=prefix)
    publish(Place(environment["REELGUARD_KAFKA"], prefix), policy(), by="test", why="test")

    done = typed(environment, "--json")

    found = {row["name"]: row for row in json.loads(done.output)}
    assert done.exit_code == 0
    assert [found[name]["state"] for name in ("broker", "topics", "policies", "store")] == [
        "ok"
    ] * 4
    assert found["policies"]["detail"].startswith("1 in force, readable for ")
    assert (found["sandbox"]["state"], found["engines"]["state"]) == ("ok", "warn")


def test_what_is_missing_stands_with_its_cure(
    environment: dict[str, str], prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workers import doctor as checks

    monkeypatch.setattr(checks, "CHECKS", checks.CHECKS[:3])  # the others need no broker

    bare = typed(environment)
    create(environment["REELGUARD_KAFKA"], prefix=prefix)
    created = typed(environment)

    assert (bare.exit_code, created.exit_code) == (1, 1)
    assert f"FAIL topics    not as declared: {prefix}backtests" in bare.output
    assert "cure:     reelguard topic create\n" in bare.output
    assert "FAIL policies  none in force, so workers wait" in created.output
    assert "cure:     reelguard policy publish FILE --why ..." in created.output
