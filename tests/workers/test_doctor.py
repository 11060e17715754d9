"""Each check does the real thing, and beside each failure stands what cures it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workers.media.older_kernel import NO_LANDLOCK, NO_SECCOMP, run_where
from topics.errors import ReelguardError
from workers import doctor
from workers.doctor import CHECKS, Finding, examine
from workers.media import landlock
from workers.settings import Settings

NAMES = [
    *("broker", "topics", "policies", "store", "fetch"),
    *("hashlists", "sandbox", "decoder", "engines", "clock"),
]


@pytest.fixture(scope="module")
def broken() -> dict[str, Finding]:
    """What is found where nothing works but the sandbox and the clock."""
    with pytest.MonkeyPatch.context() as patch:
        for room in ("admin", "scan"):
            patch.setattr(f"topics.{room}.CONNECT_SECONDS", 0.1)
        settings = Settings(
            kafka="127.0.0.1:1",
            store="file:///proc/reelguard",
            safeguard="/nowhere/guard",
            fetch_internal="1",
            hashlists="/nowhere/lists",
        )
        return {finding.name: finding for finding in examine(settings)}


def test_a_failure_stops_no_other_check(broken: dict[str, Finding]) -> None:
    assert list(broken) == NAMES
    failed = [name for name in NAMES[:-1] if broken[name].state == "fail"]
    assert failed == ["broker", "topics", "policies", "store", "fetch", "hashlists", "engines"]


def test_beside_each_failure_stands_its_cure(broken: dict[str, Finding]) -> None:
    assert all(finding.cure for finding in broken.values() if finding.state != "ok")
    assert "reelguard kafka" in broken["broker"].cure
    assert "REELGUARD_STORE" in broken["store"].cure
    assert "REELGUARD_FETCH_INTERNAL" in broken["fetch"].detail
    assert "REELGUARD_SAFEGUARD" in broken["engines"].cure
    assert "REELGUARD_HASHLISTS" in broken["hashlists"].cure


def test_the_details_say_what_was_tried(broken: dict[str, Finding]) -> None:
    assert "127.0.0.1:1" in broken["broker"].detail
    assert "file:///proc/reelguard" in broken["store"].detail
    assert "/nowhere/guard" in broken["engines"].detail


def test_where_uploads_may_come_from_is_said() -> None:
    open_to = Settings(
        fetch_root="/srv", fetch_prefixes="s3://uploads/a/", fetch_internal="10.0.0.0/8"
    )

    assert doctor.fetch(Settings()).detail == "public http(s)"
    assert (
        doctor.fetch(open_to).detail
        == "file:/srv, s3://uploads/a, http: 10.0.0.0/8, public http(s)"
    )


def test_the_sandbox_is_tried_with_a_clip(broken: dict[str, Finding]) -> None:
    assert broken["sandbox"].state == ("ok" if landlock.abi() else "warn")
    assert broken["sandbox"].detail.startswith("2 frames in ")
    assert "seccomp allow-list" in broken["sandbox"].detail


SANDBOX = """
from workers import doctor
from workers.settings import Settings
doctor.CHECKS = [check for check in doctor.CHECKS if check[0] is doctor.sandbox]
for unsandboxed in (False, True):
    for finding in doctor.examine(Settings(unsandboxed=unsandboxed)):
        print(finding.state, "|", finding.detail, "|", finding.cure)
"""


def test_without_seccomp_it_fails_or_warns_as_it_was_told() -> None:
    refused, let = run_where(NO_SECCOMP, SANDBOX).splitlines()
    assert refused.startswith("fail | media processes cannot be confined by seccomp")
    assert let.startswith("warn | 2 frames in ")
    assert "NO SECCOMP" in let and "CONFIG_SECCOMP_FILTER" in let


def test_without_landlock_it_warns() -> None:
    found = run_where(NO_LANDLOCK, SANDBOX).splitlines()
    assert [line.split(" | ")[0] for line in found] == ["warn", "warn"]
    assert "no Landlock; seccomp alone refuses paths" in found[0]


def test_a_store_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    finding = doctor.store(Settings(store=tmp_path.as_uri()))

    assert (finding.state, finding.detail) == ("ok", tmp_path.as_uri())
    assert list(tmp_path.iterdir()) == []


def test_a_demo_engine_is_a_warning_until_it_is_allowed_to_decide() -> None:
    null = Settings(safeguard="null")

    warned = doctor.engines(null)
    assert (warned.state, warned.detail.split(",")[0]) == ("warn", "null@0")
    assert "REELGUARD_ALLOW_DEMO_ENGINES=1" in warned.cure
    assert doctor.engines(replace(null, allow_demo_engines=True)).state == "ok"


@pytest.mark.parametrize(
    ("kept", "state", "cure"), [(True, "ok", ""), (False, "warn", "apt-get install chrony")]
)
def test_a_clock_that_nobody_keeps_is_a_warning(
    kept: bool, state: str, cure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.clock.is_synchronised", lambda: kept)

    finding = doctor.clock(Settings())

    assert (finding.state, finding.cure) == (state, cure)


@pytest.mark.parametrize("error", [OSError(1, "refused"), TimeoutError(), ReelguardError("why")])
def test_whatever_a_check_raises_is_a_finding(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sandbox(_: Settings) -> Finding:
        raise error

    monkeypatch.setattr(doctor, "CHECKS", ((sandbox, "the cure"),))

    assert list(examine(Settings())) == [Finding("sandbox", "fail", str(error), "the cure")]


def test_a_check_can_be_called_where_no_loop_runs() -> None:
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    assert [check.__name__ for check, _ in CHECKS] == NAMES
