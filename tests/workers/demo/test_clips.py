"""The demo's clips are what the list says of them, the broken ones too."""

from pathlib import Path

import av
import msgspec
import pytest

from policies import policy
from workers.demo.clips import CHANGE, CLIPS
from workers.demo.story import SAMPLES

BY_NAME = {clip.name: clip for clip in CLIPS}


def test_a_dozen_clips_have_names_of_their_own() -> None:
    assert len(BY_NAME) == len(CLIPS) >= 12
    assert CHANGE.clip in BY_NAME


def test_the_change_is_to_a_policy_that_the_demo_publishes() -> None:
    sample = policy.parse((SAMPLES / f"{CHANGE.policy_id}.yaml").read_text(encoding="utf-8"))

    assert sample.id == CHANGE.policy_id
    assert sample.text != CHANGE.text
    policy.check(msgspec.structs.replace(sample, version=2, text=CHANGE.text))


def test_the_empty_one_is_empty(tmp_path: Path) -> None:
    BY_NAME["empty.mp4"].write(tmp_path / "x.mp4")

    assert (tmp_path / "x.mp4").read_bytes() == b""


@pytest.mark.parametrize("name", ["broken.mp4", "not-a-video.mp4"])
def test_what_is_said_to_be_broken_cannot_be_opened(name: str, tmp_path: Path) -> None:
    BY_NAME[name].write(tmp_path / name)

    assert (tmp_path / name).stat().st_size > 1000
    with pytest.raises(av.InvalidDataError):
        av.open(str(tmp_path / name))
