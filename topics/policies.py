"""`policies`: the log of policy versions that operators write and every worker folds.

A version counts only if it is exactly the held one + 1 (`policies/fold.py`).
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .declare import Topic
from .fields import Id, Mode, Score, Seconds, Time, Version

Need = Literal["picture", "speech", "text", "motion"]


class Thresholds(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The score from which a segment earns each action; an action left out is never taken."""

    label: Score | None = None
    restrict: Score | None = None
    remove: Score | None = None


class Example(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A clip or picture on which the policy must give this result before it goes live."""

    uri: str
    result: Literal["violates", "ok"]


class Policy(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One version of a moderation policy: the text that the guard reads and what follows from it.

    text: read by the guard as it stands
    actions: the score thresholds; at least one. Under an engine whose scores are ordinal the lowest
        alone counts and earns the hardest action (`ordinal_engine`): write one where that is wrong
    minimum_seconds: a segment shorter than this does not count
    k, n: a segment needs k flagged frames among n neighbours; a clip with fewer frames than k
        is judged by all of its frames
    needs: the senses without which the policy cannot be judged
    on_unjudged: what an upload gets that this policy could not judge; never milder than review
    minimum_coverage: share of the expected frames that must have been scored
    canary_percent: in mode canary, the share of uploads judged by this version
    dsa_category, dsa_ground: for statements of reasons under the EU's Digital Services Act
    daily_quota: decisions per UTC day and action; beyond it the upload goes to review
    paraphrases: the same policy in other words; a contradiction between them is a disagreement
    """

    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,63}$")]
    version: Version
    title: str
    text: Annotated[str, Meta(min_length=1, max_length=8000)]
    actions: Thresholds
    mode: Mode = "live"
    minimum_seconds: Seconds = 0.0
    k: Annotated[int, Meta(ge=1, le=64)] = 2
    n: Annotated[int, Meta(ge=1, le=64)] = 3
    needs: tuple[Need, ...] = ("picture",)
    on_unjudged: Literal["review", "restrict", "remove"] = "review"
    minimum_coverage: Score = 0.9
    canary_percent: Annotated[float, Meta(gt=0, le=100)] | None = None
    regions: tuple[str, ...] = ()
    surfaces: tuple[str, ...] = ()
    dsa_category: str | None = None
    dsa_ground: str | None = None
    notice: str | None = None
    daily_quota: dict[Literal["label", "restrict", "remove"], Annotated[int, Meta(ge=1)]] = {}
    paraphrases: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


class PolicyRecord(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A policy version as it stands in the log: the policy, who published it, when and why."""

    policy: Policy
    published_at: Time
    published_by: Id
    why: str


POLICIES = Topic(
    name="policies",
    record=PolicyRecord,
    key="policy_id",
    partitions=1,
    retention_days=None,
    producers=("reelguard policy",),
    consumers=("every worker", "reelguard policy"),
    description="Every policy version ever published, in order; kept for ever.",
    examples=(
        {
            "policy": {
                "id": "weapons",
                "version": 1,
                "title": "Weapons outside a museum",
                "text": "no guns except in the museum . anything else is allowed .",
                "actions": {"restrict": 0.5, "remove": 0.9},
                "minimum_seconds": 1.0,
                "k": 2,
                "n": 3,
                "dsa_category": "STATEMENT_CATEGORY_VIOLENCE",
                "daily_quota": {"remove": 500},
            },
            "published_at": "2026-11-25T08:00:00Z",
            "published_by": "mira",
            "why": "first version",
        },
        {
            "policy": {
                "id": "weapons",
                "version": 2,
                "title": "Weapons",
                "text": "no guns . anything else is allowed .",
                "actions": {"remove": 0.8},
                "mode": "canary",
                "canary_percent": 10,
            },
            "published_at": "2026-11-25T09:00:00Z",
            "published_by": "mira",
            "why": "museums too, on a tenth of the uploads first",
        },
    ),
)
