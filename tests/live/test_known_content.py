"""A list that is imported while a worker runs finds its content in what comes afterwards."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from tests.live.line import WEAPONS, Line, running_line, until
from tests.workers.media.clips import Pixels, video
from tests.workers.media.test_pdq import scene
from topics.verdicts import Verdict
from workers.hashlist_commands import hashlist
from workers.status import read_status

LISTED = 7  # the scene that the list knows


@pytest.fixture(scope="module")
def line(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A worker that holds lists, one of them empty of what comes."""
    folder = tmp_path_factory.mktemp("known")
    settings = {
        "REELGUARD_HASHLISTS": str(folder / "lists"),
        "REELGUARD_HASHLISTS_SECONDS": "0.5",
        "REELGUARD_ALLOW_DEMO_ENGINES": "1",
    }
    with running_line(kafka, f"k{folder.stat().st_ino}-", folder, **settings) as running:
        imported(running, "other", "0f" * 32)
        running.publish(WEAPONS)
        until(running.is_ready, "a ready worker")
        yield running


def imported(line: Line, name: str, lines: str) -> str:
    """Import a list as an operator does; its version."""
    file = line.folder / f"{name}.csv"
    file.write_text(lines)
    given = ["import", name, str(file), "--why", "test", "--yes", "--json"]
    done = CliRunner().invoke(hashlist, [*given, "--lists", line.settings["REELGUARD_HASHLISTS"]])
    assert done.exit_code == 0, done.output
    return str(json.loads(done.output)["version"])


def until_held(line: Line, name: str, version: str) -> None:
    def held() -> bool:
        found = read_status(line.kafka, line.prefix)
        return any(worker.hashlists.get(name) == version for worker in found)

    until(held, f"{name} {version} held by the worker")


def harmed(picture: Image.Image) -> Pixels:
    """As uploaders change what is known: smaller, brighter, turned over."""
    small = picture.resize((480, 270)).point(
        [min(255, int(level * 0.8) + 40) for level in range(256)] * 3
    )
    return np.asarray(small.transpose(Image.Transpose.FLIP_LEFT_RIGHT))


def upload(line: Line, video_id: str) -> Verdict:
    """Eight seconds: three of another scene, three of the listed one, two of a third."""
    pictures = [harmed(scene(seed)) for seed in (1, 1, 1, LISTED, LISTED, LISTED, 3, 3)]
    path = line.folder / f"{video_id}.mp4"
    if not path.exists():
        video(path, [float(n) for n in range(8)], pictures=pictures)
    line.send(video_id, path.as_uri())
    return line.verdict(video_id)


def test_a_list_imported_while_the_worker_runs_finds_a_changed_copy(line: Line) -> None:
    before = upload(line, "before")
    assert before.known_content == ()
    scene(LISTED).save(line.folder / "listed.png")
    hashed = CliRunner().invoke(hashlist, ["hash", str(line.folder / "listed.png")])
    version = imported(line, "terror", hashed.output)
    until_held(line, "terror", version)
    shutil.copy(line.folder / "before.mp4", line.folder / "after.mp4")

    after = upload(line, "after")

    [known] = after.known_content
    assert (known.list, known.item) == ("terror", "listed.png")
    assert (known.start_seconds, known.end_seconds) == pytest.approx((2.5, 5.5), abs=0.5)
    assert 0 < known.distance <= 31
    assert after.versions.hashlists["terror"] == version
    assert after.content and before.content and after.content.sha256 == before.content.sha256
    assert after.judgement_id != before.judgement_id


def test_a_list_that_cannot_be_read_is_told_in_verdict_heartbeat_and_log(line: Line) -> None:
    judged_by_nobody = ("known_content", "unparsable")  # the film is listed; the engine is null
    assert upload(line, "read").reasons == judged_by_nobody
    [pointer] = Path(line.settings["REELGUARD_HASHLISTS"]).glob("other/current.json")
    good = pointer.read_text()
    pointer.write_text(good.replace(json.loads(good)["version"], "0" * 64))

    def told() -> bool:
        return any(worker.problems for worker in read_status(line.kafka, line.prefix))

    until(told, "a problem in the heartbeat")
    told_so = ("known_content", "known_content_unavailable", "unparsable")
    assert upload(line, "unread").reasons == told_so
    assert "hash list other" in line.log()
    pointer.write_text(good)
    until(lambda: not told(), "the problem gone")
    assert upload(line, "again").reasons == judged_by_nobody
