"""Verdicts as people read them: a table row, and the whole story of one."""

import re
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from topics.verdicts import KnownContent, PolicyResult, Provenance, Segment, Verdict

COLOURS = {
    "allow": "green",
    "label": "cyan",
    "restrict": "yellow",
    "remove": "red",
    "review": "magenta",
    "error": "bright_black",
}
MATCHES_SHOWN = 5  # beside the policies' findings; the whole story has all
_QUERY = re.compile(r"\?\S*")


def clock(seconds: float) -> str:
    """Seconds as 0:04.5 or 1:02:03.0."""
    minutes, rest = divmod(round(seconds, 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest:04.1f}" if hours else f"{minutes}:{rest:04.1f}"


def segments(result: PolicyResult) -> str:
    """The stretches that violate a policy."""
    return ", ".join(stretch(segment) for segment in result.segments)


def stretch(segment: Segment | KnownContent) -> str:
    """From when to when, as `0:02.0-0:05.5`."""
    return f"{clock(segment.start_seconds)}-{clock(segment.end_seconds)}"


def because(verdict: Verdict) -> str:
    """Why the action is what it is, in words."""
    return "; ".join(why for _, why in findings(verdict))


def findings(verdict: Verdict) -> list[tuple[str, str]]:
    """(where in the video, why): one for each violated policy and match, or one for all of it."""
    if verdict.error is not None:
        said = _QUERY.sub("?…", verdict.error.message)
        return [("-", f"{verdict.error.reason}: {said}")]
    found = [(segments(p) or "-", _said(p)) for p in verdict.policies if p.result == "violates"]
    found += _known(verdict.known_content)
    if verdict.reasons:
        found.append(("-", f"({', '.join(verdict.reasons)})"))
    return found or [("-", "no policy is violated")]


def _known(matches: Sequence[KnownContent]) -> list[tuple[str, str]]:
    """The nearest matches in order of time, and how many there are beside them."""
    nearest = sorted(matches, key=lambda one: one.distance)[:MATCHES_SHOWN]
    told = [(stretch(one), match(one)) for one in matches if one in nearest]
    rest = len(matches) - len(told)
    return [*told, ("-", f"and {rest} more of known content")] if rest > 0 else told


def match(known: KnownContent) -> str:
    """What a stretch is known as, as `known as clip-7 on list terror, 4 bits away`."""
    return f"known as {known.item} on list {known.list}, {known.distance:g} bits away"


def _said(result: PolicyResult) -> str:
    """The policy and the guard's words."""
    return f"{result.policy_id} v{result.version}: {words(result.rationale) or 'no words given'}"


def words(rationale: str | None) -> str:
    """What the guard said, in running text's spacing."""
    return (rationale or "").replace(" : ", ": ").replace(" ; ", "; ")


def verdict_table(title: str | None = None) -> Table:
    """An empty table for `add_verdict`."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in ("video", "action", "when", "why", "took"):
        table.add_column(column, overflow="fold", no_wrap=column != "why")
    return table


def add_verdict(table: Table, verdict: Verdict) -> None:
    """A row for each finding; the video and its action stand in the first."""
    colour = COLOURS[verdict.action]
    video, action = escape(verdict.video_id), f"[{colour}]{verdict.action}[/]"
    took = f"{verdict.timing_seconds.total:.1f} s"
    for when, why in findings(verdict):
        table.add_row(video, action, when, escape(why), took)
        video = action = took = ""


def print_story(verdict: Verdict, console: Console) -> None:
    """Everything about one verdict, for `reelguard verdict show`."""
    colour = COLOURS[verdict.action]
    console.print(f"[bold]{escape(verdict.video_id)}[/]  [{colour}]{verdict.action}[/]")
    console.print(f"why       {escape(because(verdict))}")
    by = escape(verdict.decided_by)
    console.print(f"decided   {verdict.decided_at:%Y-%m-%d %H:%M:%S} UTC by {by}")
    console.print(f"occasion  {escape(verdict.occasion)}  verdict {verdict.verdict_id[:16]}…")
    if verdict.content is not None:
        content = verdict.content
        console.print(
            f"content   {content.container} {'+'.join(content.codecs)} "
            f"{content.width}x{content.height} {clock(content.duration_seconds)}"
        )
    if verdict.provenance is not None:
        said = provenance(verdict.provenance)
        console.print(f"made      {said}", markup=False, soft_wrap=True)
    for result in verdict.policies:
        _print_result(result, console)
    for one in verdict.known_content:
        told = f"known     {stretch(one)} {match(one)}"
        console.print(told, markup=False, soft_wrap=True)
    builds = ", ".join(verdict.versions.engines.values())
    decoder = f"; decoder {verdict.versions.decoder}" if verdict.versions.decoder else ""
    console.print(f"engines   {builds or '-'}; sampling {verdict.versions.sampling}{decoder}")
    if verdict.score_table_uri:
        console.print(f"scores    {verdict.score_table_uri}", markup=False, soft_wrap=True)


def provenance(said: Provenance) -> str:
    """What the file says about its making, as `valid: by Pixel Camera, signed by Google LLC`."""
    parts = (
        f"by {said.generator}" if said.generator else "",
        f"signed by {said.issuer}" if said.issuer else "",
        f"on {said.signed_at:%Y-%m-%d}" if said.signed_at else "",
        f"as {' + '.join(said.source_types)}" if said.source_types else "",
        f"but {', '.join(said.failures)}" if said.failures else "",
    )
    told = ", ".join(filter(None, parts))
    return f"C2PA {said.state}" + (f": {told}" if told else "")


def _print_result(result: PolicyResult, console: Console) -> None:
    held = f" of {result.threshold:g}" if result.threshold is not None else ""
    console.print(
        f"policy    {result.policy_id} v{result.version} ({result.mode}): {result.result}"
        f"{' ' + result.reason if result.reason else ''}, score {result.score:.2f}{held}"
    )
    if result.rationale and result.result != "violates":  # a violation's stands under `why`
        console.print(f"          {words(result.rationale)}", markup=False, soft_wrap=True)
    for segment in result.segments:
        console.print(f"          {stretch(segment)} peak {segment.peak_score:.2f}")
        for item in segment.evidence:
            where = f"            {clock(item.pts_seconds)} {item.uri}"
            console.print(where, markup=False, soft_wrap=True)
