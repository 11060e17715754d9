"""A worker that lacks something ends at its start, with one line that says what."""

from pathlib import Path

import pytest

from tests.workers.media.older_kernel import NO_SECCOMP, run_where
from topics.errors import ReelguardError
from workers.rooms import Rooms
from workers.settings import Settings


async def crash(error: BaseException) -> None:
    raise error


def rooms(folder: Path, **settings: str) -> Rooms:
    given: dict[str, str] = {"safeguard": "null", "kafka": "127.0.0.1:1"} | settings
    made = Settings(store=folder.as_uri(), topic_prefix="t-", **given)  # type: ignore[arg-type]
    return Rooms(made, crash, stopping=lambda: False)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"safeguard": "/nowhere"}, "engine: engine safeguard from /nowhere cannot be started: "),
        ({}, "broker: no Kafka broker answered at '127.0.0.1:1'"),
    ],
)
async def test_what_cannot_be_started_is_one_line_and_exit_code_1(
    settings: dict[str, str], said: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    starting = rooms(tmp_path, **settings)
    try:
        with pytest.raises(SystemExit) as left:
            await starting.on_start()
    finally:
        await starting.on_stop()

    critical = [record.getMessage() for record in caplog.records if record.levelname == "CRITICAL"]
    assert left.value.code == 1
    assert len(critical) == 1 and critical[0].startswith(said)
    assert starting.guard.pid is None


ROOMS = """
import asyncio, logging, pathlib, sys
from tests.workers.test_rooms import rooms
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(message)s")
async def start(**settings):
    starting = rooms(pathlib.Path("/tmp"), **settings)
    try:
        await starting.on_start()
    except SystemExit as left:
        print("exit", left.code, "problems", starting.problems())
    finally:
        await starting.on_stop()
asyncio.run(start())
asyncio.run(start(unsandboxed=True))
"""


def test_without_seccomp_no_worker_starts_unless_it_was_told() -> None:
    lines = run_where(NO_SECCOMP, ROOMS).splitlines()

    told = [line for line in lines if line.startswith(("CRITICAL", "exit"))]
    assert told[0].startswith("CRITICAL sandbox: media processes cannot be confined by seccomp")
    assert told[1] == "exit 1 problems ()"
    assert told[2].startswith("CRITICAL UPLOADS ARE DECODED WITHOUT A SANDBOX: NO SECCOMP")
    assert told[3].startswith("CRITICAL broker: ")  # the next thing that is missing here
    assert told[4].startswith('exit 1 problems ("media: NO SECCOMP (OSError')


def test_a_store_that_nobody_knows_ends_it_before_anything_is_started(tmp_path: Path) -> None:
    with pytest.raises(ReelguardError, match="the store 'nowhere://x' cannot be opened"):
        Rooms(Settings(store="nowhere://x"), crash, stopping=lambda: False)


def test_answers_without_a_judgement_name_what_is_in_force(tmp_path: Path) -> None:
    versions = rooms(tmp_path).versions()

    assert versions.sampling == "exact 1s/240 cuts 40 duplicates 31"
    assert len(versions.policy_set) == 64


async def test_lists_of_known_content_that_cannot_be_read_are_a_problem(tmp_path: Path) -> None:
    made = rooms(tmp_path, hashlists=(tmp_path / "gone").as_uri())
    await made.lists.look()
    [problem] = made.problems()
    assert problem.startswith("the lists in file:///") and "cannot be read" in problem
