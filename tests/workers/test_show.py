"""What people read of a verdict is what it says, word for word, and nothing secret."""

import io
from datetime import UTC, datetime

import msgspec
import pytest
from rich.console import Console

from tests.workers.verdicts import REMOVED, UNREADABLE, verdict
from topics.verdicts import KnownContent, PolicyResult, Provenance, Verdict, VerdictError
from workers.show import add_verdict, because, clock, findings, print_story, verdict_table


def told(of: Verdict) -> str:
    console = Console(file=io.StringIO(), width=120)
    print_story(of, console)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00.0"),
        (4.5, "0:04.5"),
        (59.94, "0:59.9"),
        (59.96, "1:00.0"),  # never 0:60.0
        (3599.97, "1:00:00.0"),
        (3723.04, "1:02:03.0"),
    ],
)
def test_a_time_is_shown_as_on_a_player(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_a_violation_is_told_in_the_words_of_the_guard() -> None:
    assert findings(REMOVED) == [
        ("0:04.0-0:07.5", "weapons v1: street: 1 gun; gun except museum bad")
    ]


def test_an_allowed_video_violates_nothing_nowhere() -> None:
    [result] = REMOVED.policies
    fine = msgspec.structs.replace(result, result="ok", segments=())

    allowed = verdict(action="allow", policies=(fine,))

    assert findings(allowed) == [("-", "no policy is violated")]


def test_the_reasons_of_a_review_are_told() -> None:
    reviewed = verdict(action="review", policies=(), reasons=("demo_engine",))

    assert because(reviewed) == "(demo_engine)"


def test_a_violation_without_words_says_so() -> None:
    [result] = REMOVED.policies
    silent = msgspec.structs.replace(result, rationale=None)

    assert because(verdict(policies=(silent,))) == "weapons v1: no words given"


def test_an_error_is_told_without_the_query_of_its_address() -> None:
    error = VerdictError(
        failure_class="content",
        reason="not_found",
        message="https://m.example/v.mp4?signature=secret: 404",
        retryable=False,
    )

    said = because(verdict(UNREADABLE, error=error))

    assert said == "not_found: https://m.example/v.mp4?… 404"


def test_a_story_names_segments_evidence_engines_and_scores() -> None:
    story = told(REMOVED)

    assert "v-20261125-0001  remove" in story
    assert "policy    weapons v1 (live): violates, score 0.97 of 0.9" in story
    assert "0:04.0-0:07.5 peak 0.99" in story
    assert "0:05.0 s3://evidence/ef/efef.jpg" in story
    assert "engines   safeguard@1+0123456789ab; sampling 1fps/240" in story
    assert "scores    s3://evidence/scores/cd/cdcd.parquet" in story


def test_a_policy_that_is_not_violated_says_what_was_seen_or_why_nothing_was() -> None:
    results = (
        PolicyResult(
            policy_id="a", version=1, mode="live", result="ok", rationale="beach : 1 flag"
        ),
        PolicyResult(
            policy_id="b", version=1, mode="live", result="unparsable", rationale="[no] <answer>"
        ),
    )
    story = told(verdict(policies=results)).splitlines()
    assert "          beach: 1 flag" in story and "          [no] <answer>" in story


def test_the_story_of_an_error_needs_no_content() -> None:
    story = told(UNREADABLE)

    assert "unreadable: file:///srv/0002.webm: no stream could be opened" in story
    assert "content" not in story


def test_brackets_in_what_people_sent_are_text_and_no_markup() -> None:
    hostile = verdict(video_id="[red]v[/red][/]", score_table_uri="file:///srv/[bold]/x")

    assert "[red]v[/red][/]" in told(hostile)
    assert "file:///srv/[bold]/x" in told(hostile)
    table, console = verdict_table(), Console(file=io.StringIO(), width=120)
    add_verdict(table, hostile)
    console.print(table)
    assert "[red]v[/red][/]" in console.file.getvalue()  # type: ignore[attr-defined]


def test_what_a_file_says_about_its_making_is_told() -> None:
    said = Provenance(
        state="invalid",
        generator="Test Maker 1.5",
        issuer="Test Pictures Ltd",
        signed_at=datetime(2026, 3, 1, tzinfo=UTC),
        source_types=("trainedAlgorithmicMedia",),
        failures=("assertion.bmffHash.mismatch",),
    )

    assert (
        "made      C2PA invalid: by Test Maker 1.5, signed by Test Pictures Ltd, on 2026-03-01, "
        "as trainedAlgorithmicMedia, but assertion.bmffHash.mismatch\n"
    ) in told(verdict(provenance=said))


def test_a_file_without_a_manifest_is_said_to_have_none() -> None:
    assert "made      C2PA absent\n" in told(verdict(provenance=Provenance(state="absent")))


def known(n: int) -> KnownContent:
    return KnownContent(
        list="terror", item=f"clip-{n}", distance=n, start_seconds=n, end_seconds=n + 2.5
    )


def test_known_content_is_told_with_its_list_and_times() -> None:
    of = verdict(action="allow", policies=(), known_content=(known(4),))

    assert findings(of) == [("0:04.0-0:06.5", "known as clip-4 on list terror, 4 bits away")]
    assert "known     0:04.0-0:06.5 known as clip-4 on list terror, 4 bits away" in told(of)


def test_of_many_matches_the_nearest_are_told_and_the_rest_counted() -> None:
    of = verdict(policies=(), known_content=tuple(known(n) for n in reversed(range(20))))

    assert [why.split()[2] for _, why in findings(of)[:5]] == [f"clip-{n}" for n in (4, 3, 2, 1, 0)]
    assert findings(of)[5:] == [("-", "and 15 more of known content")]
