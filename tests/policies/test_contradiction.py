"""A policy and its paraphrases contradict each other by their words, whatever the thresholds."""

from dataclasses import replace

from policies.contradiction import TEXT_MAX, contradictions, named_texts
from policies.judgement import Paraphrased, PolicyJudgement
from tests.policies.cases import answers, judged, policy
from topics.disagreements import ContradictedFrame

WORDS = ("no guns .", "guns are banned .", "reject guns .")
GUNS = policy(text=WORDS[0], paraphrases=WORDS[1:])


def paraphrased(own: list[float | None], *others: list[float | None]) -> PolicyJudgement:
    """A frame a second, each paraphrase on the first frames of the policy's own."""
    said = tuple(
        Paraphrased(number=number, text=WORDS[number], answers=answers(scores))
        for number, scores in enumerate(others, 1)
    )
    return replace(judged(own, GUNS), paraphrases=said)


def frame(pts: float, **scores: float) -> ContradictedFrame:
    named = {name.replace("_", " "): score for name, score in scores.items()}
    return ContradictedFrame(pts_seconds=pts, scores=named)


def test_two_words_about_one_frame_are_a_contradiction() -> None:
    one = paraphrased([0.9, 0.9, 0.1], [0.8, 0.2, 0.1])
    assert contradictions(one) == (frame(1.0, text=0.9, paraphrase_1=0.2),)


def test_two_paraphrases_may_contradict_each_other() -> None:
    one = paraphrased([0.9], [0.8], [0.2])
    assert contradictions(one) == (frame(0.0, text=0.9, paraphrase_1=0.8, paraphrase_2=0.2),)


def test_another_score_of_the_same_word_is_none() -> None:
    assert contradictions(paraphrased([0.99, 0.01], [0.51, 0.49])) == ()


def test_what_is_unparsable_contradicts_nothing() -> None:
    assert contradictions(paraphrased([0.9, None], [None, 0.1])) == ()


def test_frames_without_a_paraphrases_answer_are_passed_over() -> None:
    assert contradictions(paraphrased([0.9, 0.9, 0.9])) == ()


def test_only_texts_that_said_something_there_are_named_and_long_ones_are_cut_for_all_to_see() -> (
    None
):
    one = replace(
        paraphrased([0.9], [0.2], [None]),
        policy=policy(text="no guns " * 500, paraphrases=WORDS[1:]),
    )
    named = named_texts(one, contradictions(one))
    assert list(named) == ["text", "paraphrase 1"] and named["paraphrase 1"] == WORDS[1]
    assert len(named["text"]) == TEXT_MAX and named["text"].endswith("…")
