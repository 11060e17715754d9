"""Turn a clip into the windows where a deepfake engine looks: find faces, then voices, then choose.

Costs nothing until it is called. Order: 1) faces in the sampled frames, or in frames of their own
where the guard's are smaller than a face detector's; 2) the sound of candidate windows alone, never
the whole; 3) in videos that are sampled too widely to follow a face, a closer look at the best
candidates; 4) the choice (media/windows.py, pure).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.presence.shape import HOP, SAMPLE_RATE, SIDE, SPEECH, Face
from engines.presence.tracks import tracks
from engines.safeguard.letterbox import letterbox

from .media.clip import Clip
from .media.excerpt import listen
from .media.reel import Reel
from .media.windows import (
    WINDOW_SECONDS,
    Candidate,
    Choice,
    candidates,
    choose,
    measured,
    with_face,
)
from .presence import Presence

FOLLOW_SECONDS = 1.0  # faces in frames up to so far apart are followed without a closer look
LOOK_SECONDS = 0.5  # between the frames of a closer look
LOOKS_MAX = 15  # candidates that are looked at closely: 60 s of decoding

HOP_SECONDS = HOP / SAMPLE_RATE

Hops = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What led to the choice, for people and for the record.

    frames: in which faces were looked for; tracks: faces that were followed
    speech_seconds: of listened_seconds
    """

    choice: Choice
    frames: int
    frames_with_face: int
    tracks: int
    listened_seconds: float
    speech_seconds: float


async def find_windows(clip: Clip, presence: Presence, *, deadline: float) -> Found:
    """deadline: on the loop's clock.

    raises: DeadlineExceeded, EngineCrash, EngineFault, and what the clip raises
    """
    search = _Search(clip, presence, deadline)
    duration = clip.content.duration_seconds
    times, faces = await search.sampled()
    followed = tracks(times, faces)
    maybe = candidates(followed, times, duration)
    speech = await search.speech(maybe)
    if clip.frame_seconds > FOLLOW_SECONDS:
        maybe, speech = await search.closer(maybe, speech)
    windows = [measured(*one) for one in zip(maybe, speech, strict=True)]
    heard = np.concatenate([np.empty(0, np.float32), *speech])
    return Found(
        choice=choose(windows, duration),
        frames=len(times),
        frames_with_face=sum(bool(some) for some in faces),
        tracks=len(followed),
        listened_seconds=round(heard.size * HOP_SECONDS, 3),
        speech_seconds=round(int((heard >= SPEECH).sum()) * HOP_SECONDS, 3),
    )


@dataclass(frozen=True)
class _Search:
    clip: Clip
    presence: Presence
    deadline: float

    async def sampled(self) -> tuple[list[float], list[tuple[Face, ...]]]:
        """Times of the sampled frames and the faces in each."""
        clip = self.clip
        if not clip.has_picture:
            return [], []
        if clip.sampled.side >= SIDE:
            return await self._faces(clip.sampled)
        whole = [(0.0, clip.content.duration_seconds)]
        async with clip.dense(whole, clip.frame_seconds, side=SIDE) as reel:
            return await self._faces(reel)

    async def speech(self, maybe: Sequence[Candidate]) -> list[Hops]:
        """Speech per hop of each candidate."""
        if not self.clip.audio_seconds or not maybe:
            return [np.zeros(0, np.float32)] * len(maybe)
        samples, _ = await listen(self.clip.asker, [one.start_seconds for one in maybe])
        return await self.presence.speech(samples, deadline=self.deadline)

    async def closer(
        self, maybe: list[Candidate], speech: list[Hops]
    ) -> tuple[list[Candidate], list[Hops]]:
        """The best candidates with a face as it is then, and those without a face."""
        order = sorted(range(len(maybe)), key=lambda i: -measured(maybe[i], speech[i]).both_share)
        looked = sorted([i for i in order if maybe[i].seen][:LOOKS_MAX])
        if looked:
            spans = [(m.start_seconds, m.start_seconds + WINDOW_SECONDS) for m in maybe]
            some = [spans[i] for i in looked]
            async with self.clip.dense(some, LOOK_SECONDS, side=SIDE) as reel:
                followed = tracks(*await self._faces(reel))
            for i in looked:
                maybe[i] = with_face(maybe[i].start_seconds, followed, LOOK_SECONDS)
        kept = [i for i in range(len(maybe)) if i in looked or not maybe[i].seen]
        return [maybe[i] for i in kept], [speech[i] for i in kept]

    async def _faces(self, reel: Reel) -> tuple[list[float], list[tuple[Face, ...]]]:
        found: list[tuple[Face, ...]] = []
        async for squares in reel.chunks():
            small = await asyncio.to_thread(_of_side, squares)
            found += await self.presence.faces(small, deadline=self.deadline)
        return reel.pts_seconds.tolist(), [found[frame.square] for frame in reel.seen]


def _of_side(squares: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if squares.shape[1] == SIDE:
        return squares
    return np.stack([letterbox(square, SIDE) for square in squares])
