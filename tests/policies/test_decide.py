"""The truth table of `decide`: what follows from which judgement, one row a rule."""

from typing import Any

import pytest
from msgspec.structs import replace

from policies.decide import decide, judgement_id
from policies.judgement import PolicyJudgement
from tests.policies.cases import NOON, OCCASION, UPLOAD, judged, judgement, policy
from topics.identity import verdict_id
from topics.verdicts import Coverage, KnownContent, Provenance

GUNS = policy("guns")  # restrict 0.5, remove 0.9
LABEL = policy("mild", actions={"label": 0.5})
SPEECH = policy("speech", needs=("picture", "speech"))
STRICT = policy("strict", on_unjudged="restrict")
KIDS = policy("kids", surfaces=("kids",))
GERMAN = policy("german", regions=("DE",))
SHADOW = policy("guns", version=2, mode="shadow")
CLEAN: list[float | None] = [0.0] * 12
MILD: list[float | None] = [0.0, 0.6, 0.6, *[0.0] * 9]
GRAVE: list[float | None] = [0.0, 0.95, 0.95, *[0.0] * 9]
LONE: list[float | None] = [0.0, 0.95, *[0.0] * 10]
DOUBT: list[float | None] = [*[0.0] * 11, None]  # 11 of 12 parsed: within 0.9
LOST: list[float | None] = [*[0.0] * 9, None, None, None]  # 9 of 12: beyond it
BLANK: list[float | None] = [None] * 12
LISTED = KnownContent(list="terror", item="7", distance=9, start_seconds=1, end_seconds=2)
BOTH = "known_content_unavailable,unparsable"
SENSES = {"senses": frozenset({"picture", "speech"})}


def covered(expected: int, scored: int, **fields: Any) -> dict[str, Any]:
    return {"coverage": Coverage(frames_expected=expected, frames_scored=scored, **fields)}


Row = tuple[list[PolicyJudgement], dict[str, Any], dict[tuple[str, str], int], str, str]
TABLE: list[Row] = [
    # judged policies, rest of the judgement, remaining quota; action, reasons
    ([judged(CLEAN, GUNS)], {}, {}, "allow", ""),  # judged and clean: the only way to allow
    ([judged(MILD, GUNS)], {}, {}, "restrict", ""),  # the threshold that is reached
    ([judged(GRAVE, GUNS)], {}, {}, "remove", ""),  # the hardest one that is reached
    ([judged(LONE, GUNS)], {}, {}, "allow", ""),  # one frame's maximum is nothing
    ([judged(MILD, LABEL)], {}, {}, "label", ""),
    ([judged(GRAVE, LABEL)], {}, {}, "label", ""),  # an action left out is never taken
    ([judged(GRAVE, GUNS), judged(MILD, LABEL)], {}, {}, "remove", ""),  # hardest of all
    # unparsable and uncovered
    ([judged(DOUBT, GUNS)], {}, {}, "review", "unparsable"),  # one unparsable is never safe
    ([judged(BLANK, GUNS)], {}, {}, "review", "unparsable"),
    ([judged(LOST, STRICT)], {}, {}, "restrict", "unparsable"),  # beyond tolerance: on_unjudged
    ([judged(DOUBT, STRICT)], {}, {}, "review", "unparsable"),  # within it: a look
    ([judged(BLANK, GUNS), judged(MILD, LABEL)], {}, {}, "label", ""),  # review replaces allow only
    ([judged([*GRAVE, None], GUNS)], {}, {}, "remove", ""),  # a hit stands in spite of doubt
    ([judged(CLEAN, GUNS)], covered(20, 12), {}, "review", "coverage"),
    ([judged(CLEAN, STRICT)], covered(20, 12), {}, "restrict", "coverage"),
    ([judged(CLEAN, GUNS)], covered(20, 12, frames_duplicate=8), {}, "allow", ""),  # twins
    ([judged(CLEAN, GUNS)], covered(13, 13), {}, "allow", ""),  # 12 answers of 13 are 0.92
    ([judged(CLEAN[:6], GUNS)], covered(12, 12), {}, "review", "coverage"),  # answers count
    ([judged(CLEAN, GUNS)], covered(12, 12, truncated=True), {}, "review", "truncated"),
    ([judged(GRAVE, GUNS)], covered(12, 12, truncated=True), {}, "remove", ""),
    ([judged([], policy(minimum_coverage=0.0))], {}, {}, "review", "coverage"),  # no frame at all
    # senses
    ([judged([], GUNS)], {"has_picture": False}, {}, "review", "no_picture"),
    ([judged([], STRICT)], {"has_picture": False}, {}, "restrict", "no_picture"),
    ([judged(CLEAN, SPEECH)], {}, {}, "review", "no_speech"),  # a sense this worker lacks
    ([judged(CLEAN, SPEECH)], SENSES, {}, "allow", ""),
    ([judged(GRAVE, SPEECH)], {}, {}, "review", "no_speech"),  # not judged, so not violated
    # quota
    ([judged(GRAVE, GUNS)], {}, {("guns", "remove"): 0}, "review", "quota_spent"),
    ([judged(GRAVE, GUNS)], {}, {("guns", "remove"): 1}, "remove", ""),
    ([judged(MILD, GUNS)], {}, {("guns", "remove"): 0}, "restrict", ""),  # another action's
    ([judged(GRAVE, GUNS), judged(MILD, LABEL)], {}, {("guns", "remove"): 0}, "label", ""),
    # demo engines: neither harder nor softer than review
    ([judged(CLEAN, GUNS)], {"demo_engines": ("safeguard",)}, {}, "review", "demo_engine"),
    ([judged(GRAVE, GUNS)], {"demo_engines": ("safeguard",)}, {}, "review", "demo_engine"),
    # lists of known content that could not be asked
    ([judged(CLEAN, GUNS)], {"lists_complete": False}, {}, "review", "known_content_unavailable"),
    ([judged(GRAVE, GUNS)], {"lists_complete": False}, {}, "remove", ""),
    ([judged(BLANK, GUNS)], {"lists_complete": False}, {}, "review", BOTH),
    # known content
    ([judged(CLEAN, GUNS)], {"known_content": (LISTED,)}, {}, "review", "known_content"),
    ([judged(GRAVE, GUNS)], {"known_content": (LISTED,)}, {}, "remove", ""),
    # who decides
    ([], {}, {}, "review", "no_policy"),
    ([judged(GRAVE, SHADOW, decides=False)], {}, {}, "review", "no_policy"),
    ([judged(CLEAN, GUNS), judged(GRAVE, SHADOW, decides=False)], {}, {}, "allow", ""),
    ([judged(CLEAN, GUNS), judged(BLANK, SHADOW, decides=False)], {}, {}, "allow", ""),
    # places: the upload goes to the feed, in all regions
    ([judged(GRAVE, KIDS)], {}, {}, "review", "no_policy"),
    ([judged(GRAVE, KIDS), judged(CLEAN, GUNS)], {}, {}, "allow", ""),
    ([judged(BLANK, KIDS), judged(CLEAN, GUNS)], {}, {}, "allow", ""),  # nobody asked it
    ([judged(GRAVE, GERMAN), judged(CLEAN, GUNS)], {}, {}, "remove", ""),
]


@pytest.mark.parametrize("row", TABLE, ids=range(len(TABLE)))
def test_the_action_follows_from_the_judgement(row: Row) -> None:
    policies, fields, remaining, action, reasons = row
    verdict, _ = decide(UPLOAD, OCCASION, judgement(*policies, **fields), remaining)
    assert (verdict.action, ",".join(verdict.reasons)) == (action, reasons)


def test_a_verdict_says_what_it_rests_on() -> None:
    said = judgement(judged(GRAVE, GUNS), fetch_seconds=1.0, decode_seconds=2.0, judge_seconds=3.0)
    verdict, _ = decide(UPLOAD, OCCASION, said, {})
    assert verdict.verdict_id == verdict_id("v-1", "upload:uploads/0/7")
    assert (verdict.sequence, verdict.decided_at) == (1795608000000, NOON)
    assert verdict.timing_seconds.total == 6.5
    assert verdict.content == said.content and verdict.coverage == said.coverage
    assert verdict.deepfake and verdict.deepfake.reason == "no_engine"
    assert verdict.versions.engines == {"safeguard": "safeguard@1+0123456789ab"}


def test_what_a_file_says_of_itself_is_passed_on_and_decides_nothing() -> None:
    made = Provenance(state="trusted", source_types=("trainedAlgorithmicMedia",))
    verdict, _ = decide(UPLOAD, OCCASION, judgement(judged(CLEAN, GUNS), provenance=made), {})
    assert (verdict.action, verdict.provenance) == ("allow", made)


def test_known_content_is_passed_on_with_the_lists_that_were_asked() -> None:
    known = KnownContent(list="terror", item="a", distance=3.0, start_seconds=1, end_seconds=2)
    lists = {"terror": "7a" * 32}
    said = judgement(judged(CLEAN, GUNS), known_content=(known,), hashlists=lists)
    verdict, _ = decide(UPLOAD, OCCASION, said, {})
    assert (verdict.known_content, verdict.versions.hashlists) == ((known,), lists)


def test_the_judgement_id_changes_with_what_a_judgement_depends_on() -> None:
    plain = judgement(judged(CLEAN, GUNS))
    others = [
        judgement(judged(CLEAN, GUNS), policy_set="2f" * 32),
        judgement(judged(CLEAN, GUNS), engines={"safeguard": "safeguard@2+0123456789ab"}),
        judgement(judged(CLEAN, GUNS), sampling="2fps/240"),
        judgement(judged(CLEAN, GUNS), hashlists={"terror": "7a" * 32}),
        judgement(judged(CLEAN, GUNS), content=replace(plain.content, sha256="8e" * 32)),
        judgement(judged(CLEAN, GUNS), decoder="dali 2.4.0 gpu"),
    ]
    assert len({judgement_id(one) for one in [plain, *others]}) == 7
    assert judgement_id(judgement(judged(GRAVE, GUNS), worker="9.9.9")) == judgement_id(plain)


def test_policies_stand_in_the_order_of_their_ids() -> None:
    said = judgement(judged(CLEAN, policy("b")), judged(CLEAN, GUNS), judged(CLEAN, policy("a")))
    verdict, _ = decide(UPLOAD, OCCASION, said, {})
    assert [result.policy_id for result in verdict.policies] == ["a", "b", "guns"]
