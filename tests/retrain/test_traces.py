"""What the guard is taught to say can be read back, and says the label."""

from engines.safeguard.answer import parse, rationale_of
from retrain.measures import Trace, read_trace
from retrain.rules import Rule, RulePolicy
from retrain.traces import judgement, recital

POLICY = RulePolicy(
    (Rule("gun", "count", "3"), Rule("flag", "with", "adult"), Rule("pill", "except", "beach")),
    rest_banned=False,
)


def test_a_judgement_lists_and_then_judges() -> None:
    assert judgement(POLICY, "kitchen", ("flag", "gun", "gun", "skull")) == (
        "<think> kitchen : 2 gun 1 flag 1 skull ; gun count 3 ok ; flag with adult bad ; "
        "skull else allowed ok</think><answer> unsafe</answer>"
    )


def test_a_judgement_is_in_the_form_that_the_parser_reads() -> None:
    said = judgement(POLICY, "kitchen", ("gun", "skull"))
    assert parse(said) == "safe"
    assert read_trace(rationale_of(said)) == Trace(
        "kitchen", ("gun", "skull"), {"gun": "count 3", "skull": "else allowed"}
    )


def test_a_recital_names_every_rule() -> None:
    assert recital(POLICY) == (
        "<think> gun count 3 ; flag with adult ; pill except beach ; else allowed</think>"
    )
