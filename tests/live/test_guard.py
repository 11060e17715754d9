"""The shipped guard on the whole line: what it finds, where, with what evidence, and what not."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import av
import msgspec
import pytest

from engines.scenes.layout import arrange
from policies.policy import parse
from tests.live.line import Line, running_line
from topics.policies import Policy
from topics.verdicts import PolicyResult, Verdict
from workers.demo.film import Film, Shot, encode
from workers.score_table import decode
from workers.settings import SHIPPED_GUARD

SAMPLES = Path(__file__).parents[2] / "policies" / "samples"
SHOTS = {
    "gun": ((3.0, "street", "flag", 2), (4.0, "street", "gun flag", 6), (3.0, "street", "flag", 5)),
    "museum": ((4.0, "museum", "gun cross", 5),),
}


def film(name: str) -> Film:
    return Film(
        shots=tuple(
            Shot(arrange(place, tuple(objects.split()), seed), seconds)
            for seconds, place, objects, seed in SHOTS[name]
        )
    )


def weapons(version: int = 1, **changes: object) -> Policy:
    sample = parse((SAMPLES / "weapons.yaml").read_text(encoding="utf-8"))
    return msgspec.structs.replace(sample, version=version, **changes)


@pytest.fixture(scope="module")
def line(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A worker with the guard that ships, allowed to decide."""
    folder = tmp_path_factory.mktemp("guard")
    for name in SHOTS:
        encode(film(name), folder / f"{name}.mp4")
    settings = {"REELGUARD_SAFEGUARD": SHIPPED_GUARD, "REELGUARD_ALLOW_DEMO_ENGINES": "1"}
    with running_line(kafka, f"g{folder.stat().st_ino}-", folder, weapons(), **settings) as running:
        yield running


def judged(line: Line, video_id: str, name: str) -> tuple[Verdict, PolicyResult]:
    line.send(video_id, (line.folder / f"{name}.mp4").as_uri())
    verdict = line.verdict(video_id)
    [result] = verdict.policies
    return verdict, result


def test_a_gun_is_found_where_it_is_and_shown(line: Line) -> None:
    verdict, result = judged(line, "gun", "gun")
    assert verdict.action in ("restrict", "remove")
    [segment] = result.segments
    assert segment.start_seconds == pytest.approx(3.0, abs=0.6)
    assert segment.end_seconds == pytest.approx(7.0, abs=0.6)
    assert "gun" in (result.rationale or "")
    for evidence in segment.evidence:
        picture = Path(evidence.uri.removeprefix("file://")).read_bytes()
        assert hashlib.sha256(picture).hexdigest() == evidence.sha256
        assert picture.startswith(b"\xff\xd8")  # JPEG
        assert 3.0 <= evidence.pts_seconds <= 7.0


def test_a_picture_that_is_held_is_scored_once_and_counts_for_all_its_frames(line: Line) -> None:
    verdict, _ = judged(line, "held", "gun")
    coverage = verdict.coverage
    assert coverage is not None
    assert (coverage.frames_expected, coverage.frames_scored, coverage.frames_duplicate) == (
        10,
        3,
        7,
    )
    assert (coverage.duplicate_distance, verdict.versions.decoder) == (31, f"pyav {av.__version__}")
    rows, _ = decode(Path((verdict.score_table_uri or "").removeprefix("file://")).read_bytes())
    copies = {row["pts_seconds"]: row["copy_of"] for row in rows if row["copy_of"] is not None}
    assert copies == {1.0: 0.0, 2.0: 0.0, 4.0: 3.0, 5.0: 3.0, 6.0: 3.0, 8.0: 7.0, 9.0: 7.0}
    assert all(len(str(row["pdq"])) == 64 for row in rows)


def test_a_policy_that_changes_live_changes_the_verdict(line: Line) -> None:
    before, allowed = judged(line, "museum", "museum")
    assert (before.action, allowed.version) == ("allow", 1)
    line.publish(weapons(2, text="No guns. Anything else is allowed."))
    line.until_in_force("weapons", 2)
    after, violated = judged(line, "museum-again", "museum")
    assert (violated.result, violated.version) == ("violates", 2)
    assert after.action in ("restrict", "remove")
    assert after.judgement_id != before.judgement_id
