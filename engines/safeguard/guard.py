"""Turn frames and policy texts into answers: the guard as the worker sees it.

Needs numpy, tokenizers, Pillow and a runtime; never torch. A policy text is never cut: what does
not fit is refused. Every policy of a frame is one row over the frame's shared image prefix.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.errors import EngineError, PolicyTextError
from engines.manifest import Manifest, Mode

from .answer import Answer, parse, rationale_of, read
from .decode import Speaker, Spoken
from .forward import Seen
from .golden import check_golden
from .parts import Parts, load_parts
from .pixels import patchify
from .shape import Shape
from .words import answers_behind, check_answers

MODE = "reasoned"  # preferred where an engine has it
MODES = (MODE, "direct")
ROWS_MAX = 48  # decoded together; bounds the caches' memory


class Guard:
    """SafeGuard-VL, ready to judge."""

    def __init__(self, manifest: Manifest, parts: Parts) -> None:
        """For `load` and for other runtimes. raises: EngineError if its words are no tokens."""
        self.manifest = manifest
        self._shape, self._parts = Shape.from_dict(manifest.shape), parts
        self._mode: Mode = manifest.modes[next(name for name in MODES if name in manifest.modes)]
        self._speaker = Speaker(parts, self._shape, self._mode)
        check_answers(self._mode.answers, parts.tokenizer)

    @classmethod
    def load(cls, folder: Path, *, threads: int = 1) -> "Guard":
        """Load an engine's folder, check its files and its golden inputs.

        raises: EngineError, saying what is missing or different
        """
        manifest = Manifest.load(folder)
        if manifest.engine != "safeguard" or not set(MODES) & set(manifest.modes):
            raise EngineError(f"{folder} holds {manifest.engine} with modes {[*manifest.modes]}")
        parts = load_parts(folder, manifest.runtime, threads)
        guard = cls(manifest, parts)
        check_golden(folder, guard.judge)
        return guard

    def score(self, frames: NDArray[np.uint8], policies: Sequence[str]) -> list[list[Answer]]:
        """Judge every frame under every policy: answers[t][p].

        frames:   (T, H, W, 3) uint8, already letterboxed to manifest.image_side
        policies: texts as operators wrote them
        raises:   PolicyTextError, EngineError
        """
        prompts = [self._prompt(text) for text in policies]
        rows = [(t, prompt) for t in range(len(frames)) for prompt in prompts]
        count = len(prompts)
        answers = self._answers(frames, rows, ROWS_MAX // max(1, count) * count or ROWS_MAX)
        return [answers[t * count : (t + 1) * count] for t in range(len(frames))]

    def judge(self, frames: NDArray[np.uint8], texts: Sequence[str]) -> list[Answer]:
        """Judge each frame under its own policy: answers[t]."""
        rows = [(t, self._prompt(text)) for t, text in enumerate(texts)]
        return self._answers(frames, rows, ROWS_MAX)

    def _answers(
        self, frames: NDArray[np.uint8], rows: list[tuple[int, list[int]]], size: int
    ) -> list[Answer]:
        """Decode the rows, each a frame's number and a prompt, `size` at a time."""
        answers: list[Answer] = []
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            shown = sorted({t for t, _ in part})
            prefixes = self._speaker.prefill(self._see(frames[shown]))
            spoken = self._speaker.speak(
                prefixes,
                [shown.index(t) for t, _ in part],
                [prompt for _, prompt in part],
            )
            answers += [self._answer(row) for row in spoken]
        return answers

    def _see(self, frames: NDArray[np.uint8]) -> Seen:
        side = self._shape.vision.side
        if frames.dtype != np.uint8 or frames.shape[1:] != (side, side, 3):
            raise EngineError(
                f"frames must be (T, {side}, {side}, 3) uint8, got {frames.dtype} {frames.shape}"
            )
        pixels = patchify(frames, self._shape.vision)
        return self._parts.vision.run({"pixels": pixels})

    def _prompt(self, text: str) -> list[int]:
        """Token ids of the user's turn about one policy."""
        ids = self._speaker.prompt.row(text)
        room = self.manifest.s_max - self._speaker.prefix_length - self._mode.trace_max_tokens
        if len(ids) > room:
            raise PolicyTextError(f"a policy takes {len(ids)} tokens of {room}: {text[:60]!r}...")
        return ids

    def _answer(self, row: Spoken) -> Answer:
        mode, tokenizer = self._mode, self._parts.tokenizer
        said = mode.assistant_prefix + tokenizer.decode(row.tokens, skip_special_tokens=False)
        if row.answer_logits is None:
            return Answer("unparsable", 0.5, rationale_of(said))
        answers = answers_behind(row.missing, mode.answers, tokenizer)
        word, score = read(row.answer_logits, answers)
        if mode.trace_max_tokens:
            word = parse(f"{said}{row.missing}{word}</answer>")
        return Answer(word, score, rationale_of(said))
