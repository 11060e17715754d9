"""The samples that we ship are valid, live from the start and differ from each other."""

from pathlib import Path

from policies.policy import parse

SAMPLES = sorted((Path(__file__).parent.parent.parent / "policies" / "samples").glob("*.yaml"))


def test_every_sample_is_a_first_live_version_named_after_its_file() -> None:
    parsed = [parse(path.read_text(encoding="utf-8"), path.name) for path in SAMPLES]

    assert len(parsed) >= 2
    assert [policy.id for policy in parsed] == [path.stem for path in SAMPLES]
    assert all((policy.version, policy.mode) == (1, "live") for policy in parsed)
