"""Turn an upload's address into a Clip: frames with true times in host memory, and more on demand.

Fetches, then decodes in a fresh child; the source lives as long as the `async with`, so that
segments can be looked at more closely and evidence be made from the very same bytes.
Judges nothing.
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from topics.errors import DeadlineExceeded, MediaResult, Unreadable
from topics.verdicts import Content, Provenance

from .answers import FRAMES_MAX, Resample, Resampled, Sample, Sampled, Seen, Show, Shown
from .ask import Asker, check_frames
from .decoders import open_dali, sampled
from .excerpt import Scene, scenes
from .fetch import fetch
from .gpu_process import GpuProcess
from .limits import DecodeLimits, FetchLimits
from .reel import Reel
from .sandbox import Run, Sandbox
from .source import Source
from .vouching import ABSENT, provenance
from .windows import Window

JOBS = "workers.media.jobs"
JPEG_SLOT_BYTES = 1 << 20  # a 640 px JPEG of noise has about half
DENSE_FRAMES_MAX = 480  # per call; the step is widened beyond


@dataclass(frozen=True, kw_only=True)
class Clip:
    """Decoded media, and the way back to its source.

    sampled: the frames of the whole video; they are gone when the clip ends
    frame_seconds: the distance of the sampled frames, after widening
    frames_expected: how many an undamaged file would have given
    decoder: what decoded, as `pyav 18.1.0`
    media_rss_mib: peak memory of the child that decoded
    may_carry_manifest: whether the file is worth a look for its provenance
    """

    content: Content
    has_picture: bool
    audio_seconds: float
    sampled: Reel = field(repr=False)
    frame_seconds: float
    frames_expected: int
    decoder: str
    truncated: bool
    decode_errors: int
    fetch_seconds: float
    decode_seconds: float
    media_rss_mib: float
    may_carry_manifest: bool
    asker: Asker = field(repr=False)
    limits: DecodeLimits = field(repr=False)

    @asynccontextmanager
    async def dense(
        self, windows: Sequence[tuple[float, float]], step_seconds: float, *, side: int = 0
    ) -> AsyncIterator[Reel]:
        """Frames step_seconds apart inside windows (start, end), both ends included.

        At most DENSE_FRAMES_MAX frames: the step is widened where there would be more.
        side: of the squares, px; 0: as the sampled ones
        """
        side = side or self.sampled.side
        request = Resample(
            side=side,
            step_seconds=step_seconds,
            frames_max=DENSE_FRAMES_MAX,
            windows=list(windows),
        )
        answer, run = await self.asker.ask(request, Resampled, DENSE_FRAMES_MAX * side * side * 3)
        with closing(_reel(run, answer.frames, side, DENSE_FRAMES_MAX)) as reel:
            yield reel

    async def evidence(self, pts_seconds: Sequence[float]) -> list[bytes]:
        """A JPEG of the frame nearest to each time. raises: Unreadable if one cannot be had."""
        if not len(pts_seconds):
            return []
        request = Show(
            longer_side=self.limits.evidence_side,
            slot_bytes=JPEG_SLOT_BYTES,
            pts_seconds=[float(pts) for pts in pts_seconds],
        )
        answer, run = await self.asker.ask(request, Shown, len(pts_seconds) * JPEG_SLOT_BYTES)
        try:
            return _jpegs(run, answer.sizes, len(pts_seconds))
        finally:
            run.buffer.close()

    def scenes(self, windows: Sequence[Window], side: int) -> AsyncIterator[Scene]:
        """Windows for a deepfake engine (find_windows.py), one after another. side: px, square."""
        return scenes(self.asker, windows, side)

    async def provenance(self) -> Provenance:
        """What the file says about its making. raises: SandboxFault."""
        if not self.may_carry_manifest:
            return ABSENT
        return await provenance(self.asker, self.limits.anchors)


class Media:
    """The media side of one worker: owns the fork server. The caller limits how many clips run."""

    def __init__(
        self,
        *,
        root: Path | None,
        fetching: FetchLimits | None = None,
        decoding: DecodeLimits | None = None,
        folder: Path | None = None,
    ) -> None:
        """Starts nothing.

        root:   file addresses must lie below it; None: there are none
        folder: where the nameless sources lie
        """
        self._root, self._folder = root, folder
        self._fetching = fetching or FetchLimits()
        self._decoding = decoding or DecodeLimits()
        if self._decoding.frames_max > FRAMES_MAX:
            raise ValueError(f"{self._decoding.frames_max = }, expected {FRAMES_MAX} at most")
        self.dali: GpuProcess | None = None
        self.sandbox = Sandbox(
            JOBS,
            memory_bytes=self._decoding.memory_bytes,
            unsandboxed=self._decoding.unsandboxed,
        )

    async def start(self) -> None:
        """Start the fork server, and DALI if it shall decode. raises: SandboxFault, DecoderFault"""
        await self.sandbox.start()
        self.dali = await open_dali(self._decoding.decoder)

    async def stop(self) -> None:
        """Stop the fork server and whatever runs in it, and DALI."""
        await self.sandbox.stop()
        if self.dali:
            await self.dali.stop()

    @asynccontextmanager
    async def clip(
        self, uri: str, *, sha256: str | None, side: int, deadline_seconds: float
    ) -> AsyncIterator[Clip]:
        """Fetch, probe, decode; clean up on the way out.

        sha256: what the upload promises, if it does
        side:   of the square frames, px
        raises: ContentError and TransientError by kind; SandboxFault
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        source = await self._fetch(uri, sha256, deadline_seconds)
        try:
            fetched = clock()
            asker = Asker(sandbox=self.sandbox, source=source, deadline=began + deadline_seconds)
            clip = await self._decode(asker, side)
            with closing(clip.sampled):
                yield dataclasses.replace(
                    clip, fetch_seconds=fetched - began, decode_seconds=clock() - fetched
                )
        finally:
            source.close()

    async def _fetch(self, uri: str, sha256: str | None, seconds: float) -> Source:
        if seconds <= 0:
            raise DeadlineExceeded("no time left to fetch")
        limits = dataclasses.replace(self._fetching, seconds=min(seconds, self._fetching.seconds))
        return await fetch(uri, root=self._root, limits=limits, sha256=sha256, folder=self._folder)

    async def _decode(self, asker: Asker, side: int) -> Clip:
        limits = self._decoding
        request = Sample(
            side=side,
            step_seconds=limits.step_seconds,
            frames_max=limits.frames_max,
            keyframes=limits.keyframes,
            cuts_max=limits.cuts_max,
            duplicate_distance=limits.duplicate_distance,
            seconds_max=limits.seconds_max,
        )
        answer, run = await sampled(asker, request, self.dali)
        probe = answer.probe
        return Clip(
            content=_content(asker.source, answer),
            has_picture=probe.has_picture,
            audio_seconds=probe.audio_seconds,
            sampled=_reel(run, answer.frames, side, limits.frames_max),
            frame_seconds=answer.step_seconds,
            frames_expected=answer.frames_expected,
            decoder=answer.decoder,
            truncated=probe.truncated,
            decode_errors=answer.decode_errors,
            fetch_seconds=0.0,
            decode_seconds=0.0,
            media_rss_mib=run.rss_mib,
            may_carry_manifest=answer.may_carry_manifest,
            asker=asker,
            limits=limits,
        )


def _content(source: Source, answer: Sampled) -> Content:
    return Content(
        sha256=source.sha256,
        duration_seconds=answer.probe.duration_seconds,
        container=answer.probe.container,
        codecs=tuple(answer.probe.codecs),
        width=answer.probe.width,
        height=answer.probe.height,
    )


def _reel(run: Run, frames: Sequence[Seen], side: int, count_max: int) -> Reel:
    try:
        check_frames(frames, count_max)
    except MediaResult:
        run.buffer.close()
        raise
    return Reel(seen=tuple(frames), side=side, buffer=run.buffer)


def _jpegs(run: Run, sizes: Sequence[int], count: int) -> list[bytes]:
    if len(sizes) != count or max(sizes) > JPEG_SLOT_BYTES:
        raise MediaResult(f"bad_result: {len(sizes)} pictures, expected {count}")
    if not all(sizes):
        raise Unreadable("a frame of the evidence could not be decoded")
    jpegs = [bytearray(size) for size in sizes]
    for slot, jpeg in enumerate(jpegs):
        run.buffer.copy(memoryview(jpeg), slot * JPEG_SLOT_BYTES)
    return [bytes(jpeg) for jpeg in jpegs]
