"""A failure is a verdict too."""

from datetime import timedelta

from policies.failed import error_verdict
from tests.policies.cases import NOON, OCCASION
from topics import codec, errors
from topics.identity import verdict_id
from topics.verdicts import Verdict, Versions

VERSIONS = Versions(
    worker="0.1.0",
    engines={"safeguard": "safeguard@1+0123456789ab"},
    policy_set="1f" * 32,
    sampling="1fps/240",
)


def failed(error: errors.ReelguardError) -> Verdict:
    at = NOON + timedelta(seconds=2)
    return error_verdict("v-1", OCCASION, error, versions=VERSIONS, at=at)


def test_an_unreadable_upload_gets_the_action_error_and_the_reason() -> None:
    verdict = failed(errors.Unreadable("no stream could be opened"))
    assert (verdict.action, verdict.reasons) == ("error", ("unreadable",))
    assert verdict.error and verdict.error.message == "no stream could be opened"
    assert (verdict.error.failure_class, verdict.error.retryable) == ("content", False)
    assert verdict.policies == () and verdict.actions == ()


def test_it_has_the_id_that_a_decision_on_the_same_record_would_have() -> None:
    assert failed(errors.NotFound("x")).verdict_id == verdict_id("v-1", OCCASION.name)


def test_a_failure_of_the_moment_may_be_tried_again() -> None:
    verdict = failed(errors.FetchTimeout("no answer"))
    assert verdict.error and verdict.error.retryable


def test_its_time_is_the_wait_and_the_sum() -> None:
    timing = failed(errors.NotFound("x")).timing_seconds
    assert (timing.queued, timing.total) == (0.5, 2.0)


def test_a_long_message_is_cut() -> None:
    verdict = failed(errors.NotFound("x" * 10_000))
    assert verdict.error and len(verdict.error.message) == 2000
    assert codec.decode(Verdict, codec.encode(verdict)) == verdict
