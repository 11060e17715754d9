"""A guard that answers at once: its verdict says why all the same."""

from pathlib import Path

from tests.engines.safeguard.at_once import write_at_once
from tests.live.line import WEAPONS, running_line
from workers.demo.clips import CLIPS


def test_the_verdict_of_a_guard_without_a_trace_says_why(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    write_at_once(tmp_path / "guard")
    CLIPS[1].write(tmp_path / "gun.mp4")
    settings = {
        "REELGUARD_SAFEGUARD": str(tmp_path / "guard"),
        "REELGUARD_ALLOW_DEMO_ENGINES": "1",
        "REELGUARD_JOB_SECONDS": "60",
    }
    with running_line(kafka, prefix, tmp_path, WEAPONS, **settings) as line:
        line.send("gun", (tmp_path / "gun.mp4").as_uri())
        verdict = line.verdict("gun")
    [result] = verdict.policies
    assert result.result == "violates"
    assert (result.rationale or "").startswith(("street : ", "beach : ", "kitchen : ", "museum : "))
