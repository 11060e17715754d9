"""An inspection as people and programs read it."""

from collections.abc import Sequence

import msgspec
from rich.console import Console

from topics.errors import ReelguardError
from topics.verdicts import VerdictError

from .find_windows import Found
from .inspection import Inspection
from .media.answers import Seen
from .media.windows import WINDOW_SECONDS, Lack
from .show import clock, provenance

LACKS: dict[Lack, str] = {
    "": "where a face speaks",
    "length": "the video is shorter than 4 s",
    "face": "a voice, but no face",
    "voice": "a face, but no voice",
    "face_and_voice": "neither a face nor a voice for a second",
    "face_with_voice": "a face and a voice, but never at once",
}


def to_json(said: Inspection | VerdictError) -> str:
    """All of it."""
    return msgspec.json.format(msgspec.json.encode(said)).decode()


def failed(error: ReelguardError) -> VerdictError:
    """What a worker's verdict would say about this failure."""
    return VerdictError(
        failure_class=error.failure_class,
        reason=error.reason,
        message=str(error),
        retryable=error.retryable,
    )


def report(seen: Inspection, console: Console) -> None:
    """Lines of a word and what it means."""
    for name, said in (
        ("file", _file(seen)),
        ("content", _content(seen)),
        ("decoded", _decoded(seen)),
        ("judged on", _coverage(seen)),
        ("frames", _frames(seen.sampled)),
        ("made", provenance(seen.provenance)),
        ("known", _known(seen)),
        *_windows(seen.windows),
    ):
        console.print(f"{name:<9} {said}", markup=False, highlight=False, soft_wrap=True)


def _file(seen: Inspection) -> str:
    return f"{seen.uri}, {seen.size_bytes:,} bytes, sha256 {seen.content.sha256}"


def _content(seen: Inspection) -> str:
    content = seen.content
    picture = f"{content.width}x{content.height}" if seen.has_picture else "no picture"
    sound = clock(seen.coverage.audio_seconds) if seen.coverage.audio_seconds else "none"
    codecs = "+".join(content.codecs)
    return (
        f"{content.container} {codecs}, {picture}, {clock(content.duration_seconds)}, sound {sound}"
    )


def _decoded(seen: Inspection) -> str:
    return (
        f"{seen.decoder}, {seen.sampling}; fetched in {seen.fetch_seconds:.2f} s, decoded in "
        f"{seen.decode_seconds:.2f} s with {seen.media_rss_mib:.0f} MiB; {seen.confinement}"
    )


def _coverage(seen: Inspection) -> str:
    got = seen.coverage
    parts = (
        f"{got.frames_scored} of {got.frames_expected} frames, {seen.frame_seconds:g} s apart",
        f"{got.frames_duplicate} more that repeat the one before" if got.frames_duplicate else "",
        f"{got.decode_errors} decode errors" if got.decode_errors else "",
        "TRUNCATED: the file promises more than it has" if got.truncated else "",
    )
    return "; ".join(filter(None, parts))


def _frames(sampled: Sequence[Seen]) -> str:
    times, before = [], -1
    for frame in sampled:
        cut, repeated = "*" if frame.is_cut else "", "=" if frame.square == before else ""
        times.append(f"{clock(frame.pts_seconds)}{cut}{repeated}")
        before = frame.square
    marks = "  (* where the content jumps, = as the frame before)"
    return " ".join(times) + marks if times else "none"


def _known(seen: Inspection) -> str:
    found = [
        f"{known.list}/{known.item} at {clock(known.start_seconds)}-{clock(known.end_seconds)}, "
        f"distance {known.distance:g}"
        for known in seen.known_content
    ]
    if not seen.lists_complete:
        found.append("not every list of known content could be read")
    return "; ".join(found) or "no match"


def _windows(found: Found | None) -> list[tuple[str, str]]:
    if found is None:
        return []
    faces = f"in {found.frames_with_face} of {found.frames} frames, {found.tracks} followed"
    voices = f"{found.speech_seconds:.1f} s of speech in {found.listened_seconds:.0f} s heard"
    lines = [("faces", faces), ("voices", voices)]
    lines += [("windows", f"{len(found.choice.windows)}: {LACKS[found.choice.lacks]}")]
    for window in found.choice.windows:
        start, end = window.start_seconds, window.start_seconds + WINDOW_SECONDS
        shares = f"face {window.face_share:.0%}, voice {window.voice_share:.0%}"
        both = f"both {window.both_share:.0%}"
        lines.append(("", f"{clock(start)}-{clock(end)}  {window.basis}: {shares}, {both}"))
    return lines
