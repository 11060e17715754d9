"""Speech is told from music, silence and noise."""

from pathlib import Path

import numpy as np
import pytest

from engines.presence.shape import HOP, SAMPLE_RATE, SPEECH
from engines.presence.voice import VoiceDetector

from . import real

FOLDER = Path("engines/weights/presence")


@pytest.fixture(scope="module")
def detector() -> VoiceDetector:
    return VoiceDetector(FOLDER)


def test_a_person_who_speaks_is_heard(detector: VoiceDetector) -> None:
    said = detector.speech(real.samples(real.speech()))
    assert said.shape == (43,)  # 1.35 s
    assert (said > SPEECH).mean() > 0.6


@pytest.mark.parametrize("name", ["demo.mp3", "demo.ogg"])
def test_music_is_no_speech(detector: VoiceDetector, name: str) -> None:
    music = real.samples(real.package_file("iscc_samples", "files", "audio", name))
    assert (detector.speech(music) > SPEECH).mean() < 0.05


def test_silence_and_noise_are_no_speech(detector: VoiceDetector) -> None:
    noise = np.random.default_rng(0).normal(0, 3000, 2 * SAMPLE_RATE).astype(np.int16)
    assert detector.speech(np.zeros(2 * SAMPLE_RATE, np.int16)).max() < SPEECH
    assert detector.speech(noise).max() < SPEECH


def test_long_sound_in_pieces_is_the_same_as_in_one(
    detector: VoiceDetector, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = detector.speech(real.samples(real.speech()))
    monkeypatch.setattr("engines.presence.voice.HOPS_AT_ONCE", 7)
    assert detector.speech(real.samples(real.speech())) == pytest.approx(said, abs=1e-5)


def test_a_part_of_a_hop_is_a_hop(detector: VoiceDetector) -> None:
    sizes = [detector.speech(np.zeros(size, np.int16)).size for size in (0, 1, HOP, HOP + 1)]
    assert sizes == [0, 1, 1, 2]
