"""Turn stretches of a video's sound into 16 kHz mono, each sample at its place on the timeline.

Runs in the child. A stretch is found by seeking, so the length of the video costs no memory.
Where nothing sounds is silence: gaps, before the first and after the last sample. Priming, padding
and edit lists are cut off by FFmpeg; surround is mixed down by libswresample's own matrix, more
than CHANNELS_MAX channels, for which it has none, by their mean.
Sound whose times jump by more than SLACK_SECONDS starts anew at its own time; smaller jumps are a
container's rounding, and the samples themselves count.
"""

from __future__ import annotations  # PyAV's packets are generic for mypy only

from collections.abc import Iterator, Sequence

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from .child import NO_MEMORY
from .index import Index
from .sound_reader import SoundReader

SAMPLE_RATE = 16_000  # Hz
PREROLL_SECONDS = 0.5  # decoded before a stretch: codecs need some to be right, Opus 80 ms
SLACK_SECONDS = 0.004  # containers round to 1 ms
CHANNELS_MAX = 8
_ODD = (av.FFmpegError, ValueError)  # a rate or layout that cannot be resampled

Samples = NDArray[np.int16]


class Listener:
    """Reads stretches of one file's sound. `errors` counts what the codec complained about."""

    def __init__(self, source: int, index: Index) -> None:
        """Opens nothing."""
        self.errors = 0
        self._source, self._index = source, index

    def listen(self, starts: Sequence[float], out: Sequence[Samples]) -> list[int]:
        """Fill each of `out`, zeros, with the sound from its start on.

        starts:  seconds on the player's timeline
        returns: how many samples of each were in the file
        """
        track = self._index.sound
        if track is None or not track.times.size:
            return [0] * len(out)
        reader = SoundReader(self._source, track)
        try:
            return [self._stretch(reader, *one) for one in zip(starts, out, strict=True)]
        finally:
            self.errors += reader.errors
            reader.close()

    def _stretch(self, reader: SoundReader, start: float, out: Samples) -> int:
        heard = np.zeros(out.size, bool)
        run: _Run | None = None
        for frame, at in self._frames(reader, start, start + out.size / SAMPLE_RATE):
            try:
                if run is None or not run.goes_on(frame, at):
                    if run:
                        run.finish()
                    run = _Run(frame, at, round((at - start) * SAMPLE_RATE), out, heard)
                run.add(frame)
            except _ODD as error:
                if isinstance(error, av.FFmpegError) and error.errno in NO_MEMORY:
                    raise
                self.errors += 1
                run = None
        if run:
            run.finish()
        return int(heard.sum())

    def _frames(
        self, reader: SoundReader, start: float, end: float
    ) -> Iterator[tuple[AudioFrame, float]]:
        """Frames and their times on the player's timeline; those without one go on."""
        origin, after = self._index.origin_seconds, 0.0
        for frame, seconds in reader.frames(start - PREROLL_SECONDS + origin):
            at = after if seconds is None else seconds - origin
            if at >= end:
                return
            yield frame, at
            after = at + frame.samples / max(1, frame.sample_rate)


class _Run:
    """Sound without a gap: one resampler, and samples that follow each other."""

    def __init__(
        self, frame: AudioFrame, at: float, place: int, out: Samples, heard: NDArray[np.bool_]
    ) -> None:
        """place: of the run's first sample in `out`; may lie before it."""
        self._format = _format(frame)
        self._end_seconds = at
        layout = "mono" if frame.layout.nb_channels <= CHANNELS_MAX else frame.layout
        self._resampler = AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE)
        self._place, self._out, self._heard = place, out, heard

    def goes_on(self, frame: AudioFrame, at: float) -> bool:
        """Whether the frame follows without a gap, in the same format."""
        gap = abs(at - self._end_seconds)
        return _format(frame) == self._format and gap <= SLACK_SECONDS

    def add(self, frame: AudioFrame) -> None:
        """Put the frame's samples behind the others."""
        self._put(frame)
        self._end_seconds += frame.samples / max(1, frame.sample_rate)

    def finish(self) -> None:
        """Put what the resampler still holds."""
        self._put(None)

    def _put(self, frame: AudioFrame | None) -> None:
        for made in self._resampler.resample(frame):
            channels = made.to_ndarray().reshape(-1, made.layout.nb_channels)
            samples = channels.mean(axis=1, dtype=np.float32).round()
            first, last = max(0, self._place), min(self._out.size, self._place + samples.size)
            if first < last:
                self._out[first:last] = samples[first - self._place : last - self._place]
                self._heard[first:last] = True
            self._place += samples.size


def _format(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate
