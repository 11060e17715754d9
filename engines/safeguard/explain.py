"""Let a guard that answers at once say why, after it has answered.

A guard with a trace has said why before; this one is asked again, about frames that were flagged
alone, with its own answer put into its mouth. What it says is for people: no answer is read from
it, so it can change none.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engines.errors import PolicyTextError
from engines.manifest import Manifest

from .decode import Speaker
from .parts import Whole
from .reading import Reader
from .shape import Shape

TAG = re.compile(r"</?(?:think|answer)>")


class Explainer:
    """One guard's way of saying why a frame is `unsafe`."""

    def __init__(self, parts: Whole, manifest: Manifest) -> None:
        """The manifest's mode must have words for it."""
        mode, word = manifest.mode, manifest.mode.answers.unsafe_words[0]
        why = replace(
            mode,
            assistant_prefix=mode.why.replace("{word}", word),
            trace_max_tokens=mode.why_max_tokens,
        )
        modes = {name: why for name in manifest.modes}
        self._reader = Reader(replace(manifest, modes=modes), parts.tokenizer)
        self._speaker = Speaker(parts, Shape.from_dict(manifest.shape), why)
        self._tokenizer = parts.tokenizer

    def why(self, seen: Any, texts: Sequence[str]) -> list[str]:
        """What it says about frame t under text t; empty where the text leaves no room for words.

        seen: from the vision graph, one row a frame
        """
        prompts: list[list[int]] = []
        rows: list[int] = []
        for row, text in enumerate(texts):
            try:
                prompts.append(self._reader.tokens(text))
            except PolicyTextError:
                continue
            rows.append(row)
        said = [""] * len(texts)
        if rows:
            spoken = self._speaker.speak(self._speaker.prefill(seen), rows, prompts)
            for row, one in zip(rows, spoken, strict=True):
                words = self._tokenizer.decode(one.tokens, skip_special_tokens=True)
                said[row] = TAG.split(words)[0].strip()
        return said
