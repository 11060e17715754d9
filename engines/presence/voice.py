"""Turn sound into the probability of speech, for every 32 ms.

No resampling. Whose voice it is and what it says is not asked; singing over music counts little.
Source: Silero VAD 6.2.3, github.com/snakers4/silero-vad, MIT; its graph for sequences, which takes
a whole stretch at once and gives what the streaming one gives.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.runtimes.onnx import OnnxRuntime

from .shape import HOP

FILE = "voice.onnx"
CONTEXT = 64  # samples of the hop before, which the network sees too
WIDTH = 128  # of its memory
HOPS_AT_ONCE = 1024  # 33 s


class VoiceDetector:
    """The network, loaded."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """raises: EngineError."""
        self._runtime = OnnxRuntime(folder / FILE, threads=threads)

    def speech(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        """The probability of speech per hop; the last hop is filled up with silence.

        samples: (S,) mono, 16 kHz
        """
        if not samples.size:
            return np.zeros(0, np.float32)
        hops = -(-samples.size // HOP)
        padded = np.zeros(CONTEXT + hops * HOP, np.float32)
        padded[CONTEXT : CONTEXT + samples.size] = samples / np.float32(1 << 15)
        seen = np.lib.stride_tricks.sliding_window_view(padded, CONTEXT + HOP)[::HOP]
        memory = {name: np.zeros((1, 1, WIDTH), np.float32) for name in ("h", "c")}
        said = []
        for start in range(0, hops, HOPS_AT_ONCE):
            block = np.ascontiguousarray(seen[start : start + HOPS_AT_ONCE])
            out = self._runtime.run({"input": block, **memory})
            memory = {"h": out["hn"], "c": out["cn"]}
            said.append(out["speech_probs"])
        return np.concatenate(said)
