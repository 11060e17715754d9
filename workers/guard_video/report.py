"""Say what was measured on made videos: as a document, and as a table for people."""

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from .judging import Outcome
from .measure import FALSE_FLAGS_MAX, RECALL_MIN, Counts, Share, by_policy
from .tuned import Tuned


def document(outcomes: Sequence[Outcome], tuned: Tuned) -> dict[str, Any]:
    """All figures, JSON-ready."""
    counts = by_policy(outcomes)
    return {
        "bench": "guard-video",
        "judge": tuned.build,
        "videos": len(outcomes),
        "hours": round(sum(one.truth.seconds for one in outcomes) / 3600, 2),
        "frames_scored": sum(one.frames_scored for one in outcomes),
        "fitted": {"videos": tuned.clips, "k": tuned.k, "n": tuned.n} | tuned.thresholds,
        "policies": {name: _counted(one) for name, one in counts.items()},
        "bars": {"false_flags_max": FALSE_FLAGS_MAX, "recall_min": RECALL_MIN},
        "holds": counts["all"].holds,
    }


def print_table(found: dict[str, Any], console: Console) -> None:
    """A row for each policy, then all, then whether the bars hold."""
    fitted = found["fitted"]
    console.print(
        f"{found['videos']} videos, {found['hours']} h, {found['frames_scored']} frames scored by "
        f"{found['judge']}; {fitted['k']} of {fitted['n']} frames, "
        f"fitted on {fitted['videos']} other videos",
        soft_wrap=True,
        highlight=False,
    )
    heads = ("policy", "from", "clean flagged", "at most", "found", "95 %", "strayed", "doubted")
    table = Table(*heads, box=SIMPLE_HEAD)
    for name, one in found["policies"].items():
        table.add_row(
            name,
            f"{fitted[name]:.3g}" if name in fitted else "",
            _of(one["clean_flagged"]),
            f"{100 * one['clean_flagged']['high']:.1f} %",
            _of(one["found"]),
            f"{100 * one['found']['low']:.0f} .. {100 * one['found']['high']:.0f}",
            _of(one["strayed"]),
            _of(one["doubted"]),
        )
    console.print(table)
    console.print(
        f"{'holds' if found['holds'] else 'does not hold'}: at most {100 * FALSE_FLAGS_MAX:g} % of "
        f"clean videos flagged, at least {100 * RECALL_MIN:g} % of violations found",
        highlight=False,
    )


def _counted(counts: Counts) -> dict[str, dict[str, float]]:
    return {
        "clean_flagged": _share(counts.flagged),
        "found": _share(counts.found),
        "strayed": _share(counts.strayed),
        "doubted": _share(counts.doubted),
    }


def _share(share: Share) -> dict[str, float]:
    low, high = share.interval
    value = round(share.value, 4) if share.whole else 0.0
    bounds = {"low": round(low, 4), "high": round(high, 4)}
    return {"part": share.part, "of": share.whole, "share": value, **bounds}


def _of(share: dict[str, float]) -> str:
    return f"{share['part']:.0f}/{share['of']:.0f}"
