"""A guard that answers at once is asked afterwards why; that can change no answer."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from engines.manifest import Manifest
from engines.safeguard.explain import Explainer
from engines.safeguard.letterbox import letterbox
from engines.safeguard.parts import Parts, graph_parts
from engines.safeguard.reading import Reader
from engines.safeguard.shape import Shape
from engines.scenes.draw import draw
from engines.scenes.layout import arrange
from tests.engines.safeguard.at_once import DEMO, at_once

GUNS = "No guns. Anything else is allowed."


@cache
def parts() -> Parts:
    return graph_parts(DEMO, 1)


def frames() -> NDArray[np.uint8]:
    scenes = [arrange(place, ("gun", "flag"), 6) for place in ("street", "beach")]
    return np.stack([letterbox(draw(scene), 96) for scene in scenes])


def why(manifest: Manifest, *texts: str) -> list[str]:
    seen = parts().see(frames()[: len(texts)], Shape.from_dict(manifest.shape))
    return Explainer(parts(), manifest).why(seen, texts)


def test_it_says_what_it_sees_under_each_frames_own_policy() -> None:
    one, other = why(at_once(), GUNS, "No flags. Anything else is allowed.")
    assert one.startswith("street : ") and "gun banned bad" in one
    assert other.startswith("beach : ") and "flag banned bad" in other
    assert "<" not in one + other


def test_it_says_no_more_than_its_budget() -> None:
    (short,) = why(at_once(why_max_tokens=3), GUNS)
    assert short == "street : 1"


def test_its_answer_is_put_into_its_mouth() -> None:
    manifest = at_once(why="<think> {word} :")
    explainer = Explainer(parts(), manifest)
    assert "<think> unsafe :" in explainer._tokenizer.decode(
        explainer._reader.tokens(GUNS), skip_special_tokens=False
    )


def test_a_text_that_leaves_no_room_for_words_is_passed_over() -> None:
    manifest, long = at_once(why_max_tokens=150), "no guns in the kitchen . " * 9
    assert Reader(manifest, parts().tokenizer).refusal(long) == ""  # it can be judged
    first, second = why(manifest, long, GUNS)
    assert first == "" and second.startswith("beach : ")
