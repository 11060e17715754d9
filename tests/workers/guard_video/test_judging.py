"""A made video goes the worker's own way, once."""

from pathlib import Path

from tests.workers.guard_video.test_clips import short
from workers.engine_process import EngineProcess
from workers.guard_video.clips import Made, Truth
from workers.guard_video.film import encode
from workers.guard_video.judging import Outcome, in_force, judge_all
from workers.guard_video.measure import is_found, segments_of
from workers.guard_video.tuned import policies, untuned
from workers.settings import SHIPPED_GUARD


def made(folder: Path) -> Made:
    script = short("fit", 6, violating=True)
    encode(script, folder / "film.mp4")
    return Made(folder / "film.mp4", Truth("film", script.seconds, script.violation, "recipe"))


async def test_a_gun_is_found_and_what_was_judged_is_not_judged_again(tmp_path: Path) -> None:
    film, guard = made(tmp_path), EngineProcess("safeguard", SHIPPED_GUARD, threads=1)
    await guard.start()
    try:
        live = policies(untuned(guard.build))
        found: list[Outcome] = []
        for _ in range(2):
            found += await judge_all([film], guard, live, tmp_path / "judged", lambda: None)
    finally:
        await guard.stop()
    first, again = found
    assert again == first and len(list((tmp_path / "judged").glob("*.json"))) == 1
    assert set(first.answers) == {policy.id for policy in live}
    assert first.truth.violation
    assert is_found(first.truth.violation, segments_of(first, "weapons"))


def test_all_live_policies_are_in_force() -> None:
    assert set(in_force(policies(untuned("x"))).versions) == set(untuned("x").thresholds)
