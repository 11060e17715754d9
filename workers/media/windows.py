"""Choose where a deepfake engine looks closely: windows of 4 s in which a face speaks.

Pure: from the faces of sampled frames and the speech of stretches to at most WINDOWS_MAX windows,
spread over the video, the same ones every time. A window follows one face. Where voice and face
never meet, windows are chosen by the one that is there, and `Choice.lacks` says what is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from engines.presence.shape import HOP, SAMPLE_RATE, SPEECH
from engines.presence.tracks import Track

WINDOW_SECONDS = 4.0
FRAME_RATE = 25  # Hz, exactly
WINDOW_FRAMES = 100
WINDOW_SAMPLES = 64_000  # 4 s of 16 kHz
WINDOWS_MAX = 10
CANDIDATES_MAX, WITH_FACE_MAX = 30, 20  # whose sound is listened to: 2 minutes
SHARE_MIN = 0.25  # of a window: 1 s
MARGIN = 1.8  # a region's side over the longer side of its face: hair, chin, and room to move

Region = tuple[float, float, float, float]  # left, top, right, bottom: shares of the square
Basis = Literal["both", "face", "voice"]
Lack = Literal["", "length", "face", "voice", "face_and_voice", "face_with_voice"]
Hops = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A window that may be chosen.

    region: a square around its face, None without one
    seen: when the face was seen; reach_seconds: so far around each it is taken to be there
    """

    start_seconds: float
    region: Region | None = None
    seen: tuple[float, ...] = ()
    reach_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Window:
    """Shares are of the window's time: with the face, with speech, with both at once."""

    start_seconds: float
    region: Region | None
    basis: Basis
    face_share: float
    voice_share: float
    both_share: float


@dataclass(frozen=True, kw_only=True)
class Choice:
    """lacks: what there was not for windows of both; without any window, why there is none."""

    windows: tuple[Window, ...] = ()
    lacks: Lack = ""


_At = TypeVar("_At", Candidate, Window)


def candidates(
    tracks: Sequence[Track], times: Sequence[float], duration_seconds: float
) -> list[Candidate]:
    """Windows with a face, the rest without; at most CANDIDATES_MAX, in order of time.

    times: of the frames in which faces were looked for
    """
    latest = duration_seconds - WINDOW_SECONDS
    if latest < 0:
        return []
    step = float(np.median(np.diff(times))) if len(times) > 1 else WINDOW_SECONDS
    found = [with_face(start, tracks, step) for start in _starts(times, latest)]
    faces = [one for one in found if _face_share(one) >= SHARE_MIN]
    chosen = _spread(faces, [_face_share(one) for one in faces], WITH_FACE_MAX, latest)
    grid = np.arange(WINDOW_SECONDS / 2, duration_seconds, WINDOW_SECONDS)
    others = [Candidate(start_seconds=start) for start in _starts(grid.tolist(), latest)]
    others = others[:: max(1, len(others) // (10 * CANDIDATES_MAX))]
    return _spread(others, [0.0] * len(others), CANDIDATES_MAX, latest, chosen)


def with_face(start_seconds: float, tracks: Sequence[Track], step_seconds: float) -> Candidate:
    """A window and the face that is in it longest. step_seconds: between two frames."""
    parts = [track.inside(start_seconds, start_seconds + WINDOW_SECONDS) for track in tracks]
    longest = max(parts, key=lambda part: len(part.times), default=Track())
    if not longest.times:
        return Candidate(start_seconds=start_seconds)
    return Candidate(
        start_seconds=start_seconds,
        region=square_around(longest.region()),
        seen=tuple(longest.times),
        reach_seconds=min(step_seconds, WINDOW_SECONDS) / 2,
    )


def square_around(region: Region) -> Region:
    """A square MARGIN times as wide around the middle of a region, inside the frame if it fits."""
    left, top, right, bottom = region
    side = min(1.0, MARGIN * max(right - left, bottom - top))
    x = min(max(0.0, (left + right - side) / 2), 1 - side)
    y = min(max(0.0, (top + bottom - side) / 2), 1 - side)
    return (x, y, x + side, y + side)


def measured(candidate: Candidate, speech: Hops) -> Window:
    """What there is of face and voice. speech: per hop from the start on; none for no sound."""
    faces, voices = _face_hops(candidate), np.zeros(_hops(), bool)
    voices[: speech.size] = speech[: voices.size] >= SPEECH
    face, voice = float(faces.mean()), float(voices.mean())
    both = float((faces & voices).mean())
    basis: Basis = "face" if face >= SHARE_MIN else "voice"
    return Window(
        start_seconds=candidate.start_seconds,
        region=candidate.region,
        basis="both" if both >= SHARE_MIN else basis,
        face_share=round(face, 3),
        voice_share=round(voice, 3),
        both_share=round(both, 3),
    )


def choose(found: Iterable[Window], duration_seconds: float) -> Choice:
    """The windows to look at, in order of time."""
    latest = duration_seconds - WINDOW_SECONDS
    if latest < 0:
        return Choice(lacks="length")
    worth = [w for w in found if max(w.face_share, w.voice_share) >= SHARE_MIN]
    both = [w for w in worth if w.basis == "both"]
    if both:
        scores = [w.both_share for w in both]
        return Choice(windows=tuple(_spread(both, scores, WINDOWS_MAX, latest)))
    face = [w for w in worth if w.basis == "face"]
    voice = [w for w in worth if w.basis == "voice"]
    if not worth:
        return Choice(lacks="face_and_voice")
    heard = any(w.voice_share >= SHARE_MIN for w in worth)
    lacks: Lack = "face_with_voice" if face and heard else "voice" if face else "face"
    half = WINDOWS_MAX // 2 if voice else WINDOWS_MAX
    some = _spread(face, [w.face_share for w in face], half, latest)
    more = _spread(voice, [w.voice_share for w in voice], WINDOWS_MAX, latest, some)
    return Choice(windows=tuple(more), lacks=lacks)


def _starts(middles: Sequence[float], latest: float) -> list[float]:
    """Starts of the windows around these times, none beyond the video's ends."""
    wanted = np.clip(np.array(middles, np.float64) - WINDOW_SECONDS / 2, 0, latest)
    return [float(start) for start in np.unique(np.round(wanted, 3))]


def _hops() -> int:
    return WINDOW_SAMPLES // HOP


def _face_hops(candidate: Candidate) -> NDArray[np.bool_]:
    middles = candidate.start_seconds + (np.arange(_hops()) + 0.5) * HOP / SAMPLE_RATE
    seen = np.array(candidate.seen, np.float64)
    there = np.abs(middles[:, None] - seen) <= candidate.reach_seconds
    return np.asarray(there.any(axis=1), bool)


def _face_share(candidate: Candidate) -> float:
    return round(float(_face_hops(candidate).mean()), 2)


def _spread(
    found: Sequence[_At],
    scores: Sequence[float],
    count: int,
    latest: float,
    taken: Sequence[_At] = (),
) -> list[_At]:
    """The best ones, first one of each part of the video, then far from each other; none overlap.

    Scores that are in the same quarter are equally good as long as a part has none.
    """
    starts, chosen = np.array([one.start_seconds for one in found], np.float64), list(taken)
    rank = 100 * np.floor(4 * np.array(scores)) + np.round(scores, 1)
    parts = (count * starts / (latest + 1e-9)).astype(int)
    while len(chosen) < count and starts.size:
        at = np.array([one.start_seconds for one in chosen], np.float64)
        gaps = np.abs(starts[:, None] - at).min(axis=1, initial=np.inf)
        free = gaps >= WINDOW_SECONDS - 1e-6
        if not free.any():
            break
        fresh = ~np.isin(parts, (count * at / (latest + 1e-9)).astype(int))
        far = np.minimum(gaps, latest) / (latest + 1)
        worth = np.where(free, rank + 10 * fresh + 0.05 * far, -np.inf)
        chosen.append(found[int(np.argmax(worth))])
    return sorted(chosen, key=lambda one: one.start_seconds)
