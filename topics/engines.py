"""`engines`: the log of engine versions; folded like policies."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .declare import Topic
from .fields import Id, Mode, Sha256, Time, Version


class EngineRecord(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """One version of an engine: where its artefact lies and in which mode it serves.

    uri: the folder that holds manifest.json, the graphs and the weights
    manifest_sha256: of manifest.json, which names the sha256 of everything else
    """

    engine: Literal["safeguard", "cad"]
    version: Version
    uri: str
    manifest_sha256: Sha256
    mode: Mode = "live"
    canary_percent: Annotated[float, Meta(gt=0, le=100)] | None = None
    published_at: Time
    published_by: Id
    why: str


ENGINES = Topic(
    name="engines",
    record=EngineRecord,
    key="engine",
    partitions=1,
    retention_days=None,
    producers=("retrain: promote", "reelguard engine"),
    consumers=("every worker", "reelguard engine"),
    description="Every engine version ever published, in order; kept for ever.",
    examples=(
        {
            "engine": "safeguard",
            "version": 1,
            "uri": "s3://engines/safeguard/1",
            "manifest_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "mode": "shadow",
            "published_at": "2026-11-25T08:00:00Z",
            "published_by": "retrain",
            "why": "non-inferior on every set, better on counting",
        },
    ),
)
