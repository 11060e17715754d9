"""What the live policies mean, said as scenes."""

import pytest

from engines.scenes.layout import arrange
from workers.guard_video.live import broken, live


@pytest.mark.parametrize(
    ("place", "objects", "ids"),
    [
        ("street", "gun", {"weapons"}),
        ("museum", "gun", set()),
        ("kitchen", "knife child adult", set()),
        ("beach", "knife", {"knives"}),
        ("beach", "child flag", {"minors"}),
        ("beach", "adult adult adult", {"crowds"}),
        ("museum", "adult adult pill", {"drugs"}),
        ("street", "gun knife syringe", {"weapons", "knives", "drugs"}),
    ],
)
def test_a_scene_breaks_these(place: str, objects: str, ids: set[str]) -> None:
    assert broken(arrange(place, tuple(objects.split()), 0)) == ids


def test_each_policy_is_valid_and_has_a_text_of_its_own() -> None:
    texts = [one.policy.text for one in live()]
    assert len(set(texts)) == len(texts) == 5
