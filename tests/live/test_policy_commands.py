"""`reelguard policy` on a real log: a version counts once, or the publisher is told why not."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policies import publish as publishing
from policies.policy import dump
from policies.publish import Place, publish, read_log
from tests.policies.cases import policy
from topics.admin import create
from topics.errors import PolicyError
from topics.policies import Policy
from workers.policy_commands import COMMANDS


@pytest.fixture
def place(kafka: str, prefix: str) -> Place:
    """An empty log of policies."""
    create(kafka, prefix=prefix)
    return Place(kafka, prefix)


def typed(place: Place, *words: str) -> Result:
    """`reelguard policy WORDS`, not at a terminal."""
    environment = {"REELGUARD_KAFKA": place.bootstrap, "REELGUARD_TOPIC_PREFIX": place.prefix}
    return CliRunner().invoke(COMMANDS[0], list(words), env=environment | {"COLUMNS": "200"})


def file_of(folder: Path, one: Policy) -> str:
    path = folder / f"{one.id}-{one.version}.yaml"
    path.write_text(dump(one), encoding="utf-8")
    return str(path)


def test_what_is_published_is_listed(place: Place, tmp_path: Path) -> None:
    file = file_of(tmp_path, policy())

    done = typed(place, "publish", file, "--why", "first", "--by", "mira", "--yes")

    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("published weapons version 1 (live, ")
    [row] = json.loads(typed(place, "list", "--json").output)
    assert (row["policy"]["text"], row["published_by"], row["why"]) == (
        "no guns .",
        "mira",
        "first",
    )
    assert "weapons  1        live  restrict≥0.5 remove≥0.9  mira" in typed(place, "list").output


def test_a_version_that_is_not_the_next_is_refused_unless_it_may_be_numbered(
    place: Place, tmp_path: Path
) -> None:
    file = file_of(tmp_path, policy(version=3))

    refused = typed(place, "publish", file, "--why", "w", "--yes")
    taken = typed(place, "publish", file, "--why", "w", "--yes", "--next")

    assert refused.exit_code == 1
    assert "has no version yet, so the next is 1; the file says 3 (`--next`" in refused.output
    assert "published weapons version 1" in taken.output
    assert read_log(place).newest("weapons") == 1


def test_a_dry_run_says_what_it_would_do_and_does_nothing(place: Place, tmp_path: Path) -> None:
    done = typed(place, "publish", file_of(tmp_path, policy()), "--why", "w", "--dry-run")

    assert (done.exit_code, done.stdout[:31]) == (0, "would publish weapons version 1")
    assert read_log(place).newest("weapons") == 0


def test_nothing_is_published_unasked_where_nobody_can_be_asked(
    place: Place, tmp_path: Path
) -> None:
    done = typed(place, "publish", file_of(tmp_path, policy()), "--why", "w")

    assert done.exit_code == 2
    assert "add --yes to publish without being asked" in done.output
    assert read_log(place).newest("weapons") == 0


def test_one_bad_file_keeps_all_of_them_back(place: Place, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("id: bad\n")
    files = [file_of(tmp_path, policy()), str(tmp_path / "bad.yaml")]

    done = typed(place, "publish", *files, "--why", "w", "--yes")

    assert done.exit_code == 1 and "bad.yaml" in done.output
    assert read_log(place).newest("weapons") == 0


def test_who_comes_second_with_a_version_is_told_and_exits_with_1(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(mine: Policy, held: int, *, renumber: bool) -> Policy:
        publish(place, policy(text="no knives ."), by="other", why="was quicker")
        return mine

    monkeypatch.setattr(publishing, "numbered", meanwhile)

    done = typed(place, "publish", file_of(tmp_path, policy()), "--why", "w", "--yes")

    assert done.exit_code == 1
    assert "weapons version 1 does not count: weapons: version 1 after 1" in done.output
    [row] = json.loads(typed(place, "list", "--json").output)
    assert row["policy"]["text"] == "no knives ."
    assert "offset 1 does not count: weapons: version 1 after 1" in typed(place, "list").output


def test_of_many_publishers_at_once_one_wins(place: Place) -> None:
    def try_to(number: int) -> int:
        try:
            publish(place, policy(text=f"no guns {number} ."), by=f"p{number}", why="race")
        except PolicyError:
            return 0
        return 1

    with ThreadPoolExecutor(4) as threads:
        won = list(threads.map(try_to, range(4)))

    assert sum(won) == 1
    [held] = read_log(place).snapshot.held
    assert held.live is not None
    assert held.live.record.published_by == f"p{won.index(1)}"
