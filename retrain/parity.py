"""Measure how far two runtimes of one guard are apart, over whole judgements."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engines.manifest import Manifest
from engines.runtimes import Array, Runtime
from engines.safeguard.guard import Guard
from engines.safeguard.parts import Parts


class Recorded:
    """A decoder that remembers the logits of every call."""

    def __init__(self, runtime: Runtime) -> None:
        """Nothing recorded yet."""
        self._runtime, self.logits = runtime, list[Array]()
        self.inputs, self.outputs = runtime.inputs, runtime.outputs

    def run(
        self, inputs: Mapping[str, Array], into: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        """See `Runtime.run`."""
        results = self._runtime.run(inputs, into)
        self.logits.append(results["logits"].copy())
        return results


def parity(
    manifest: Manifest,
    exported: Parts,
    reference: Parts,
    frames: NDArray[np.uint8],
    texts: list[str],
) -> dict[str, Any]:
    """Logits, words and traces of both on the same frames and texts.

    The logits of all calls are compared: prefix, policies and every step of the traces.
    """
    decoders = [Recorded(parts.decoder) for parts in (exported, reference)]
    answers = [
        Guard(manifest, replace(parts, decoder=decoder)).judge(frames, texts)
        for parts, decoder in zip((exported, reference), decoders, strict=True)
    ]
    calls = list(zip(decoders[0].logits, decoders[1].logits, strict=False))
    pairs = list(zip(*answers, strict=True))
    return {
        "reference": f"torch {torch.__version__.split('+')[0]}",
        "frames": len(frames),
        "logit_difference_max": float(f"{max(np.abs(a - b).max() for a, b in calls):.1e}"),
        "logit_max": round(max(float(np.abs(logits).max()) for _, logits in calls), 1),
        "same_word": sum(one.word == other.word for one, other in pairs),
        "same_trace": sum(one.rationale == other.rationale for one, other in pairs),
    }
