"""Turn frames and policy texts into answers: the guard as the worker sees it.

Needs numpy, tokenizers, Pillow and a runtime; never torch. A policy text is never cut: what does
not fit is refused. Every policy of a frame is one row over the frame's shared image prefix.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.calibration import Calibration
from engines.errors import EngineError
from engines.execution import check_executed
from engines.manifest import Manifest

from .answer import Answer, parse, rationale_of, read
from .calibration import TRACES, Said, Scale, is_doubtful
from .decode import Speaker, Spoken
from .explain import Explainer
from .golden import check_golden
from .parts import Whole, check_manifest, check_parts, load_parts
from .reading import Reader
from .sampling import Choose, drawn, likeliest, seed_of
from .shape import Shape
from .words import answers_behind, check_answers

MODE = "reasoned"  # preferred where an engine has it
MODES = (MODE, "direct")
ROWS_MAX = 48  # decoded together; bounds the caches' memory


@dataclass(frozen=True)
class Asked:
    """A frame, the row of its prefix, and what is asked about it."""

    frame: NDArray[np.uint8]
    row: int
    prompt: list[int]


class Guard:
    """SafeGuard-VL, ready to judge."""

    def __init__(self, manifest: Manifest, parts: Whole) -> None:
        """For `load` and for other runtimes. raises: EngineError if its words are no tokens."""
        self.manifest = manifest
        self._shape, self._parts = Shape.from_dict(manifest.shape), parts
        self._mode, self.reader = manifest.mode, Reader(manifest, parts.tokenizer)
        self._speaker = Speaker(parts, self._shape, self._mode)
        check_answers(self._mode.answers, parts.tokenizer)
        self._words = answers_behind("", self._mode.answers, parts.tokenizer)
        calibration = manifest.calibration
        self._scale = Scale(calibration) if calibration.parameters else None
        self._explainer = Explainer(parts, manifest) if self._mode.why else None
        self._longer = self._policy_first()

    @classmethod
    def load(cls, folder: Path, *, threads: int = 1) -> "Guard":
        """Load an engine's folder, check its files and its golden inputs.

        raises: EngineError, saying what is missing or different
        """
        manifest = Manifest.load(folder)
        check_manifest(folder, manifest)
        check_executed(manifest.runtime, manifest.executed_on)
        parts = load_parts(folder, manifest.runtime, threads)
        check_parts(folder, parts, Shape.from_dict(manifest.shape), manifest.s_max)
        guard = cls(manifest, parts)
        check_golden(folder, guard.judge)
        return guard

    def _policy_first(self) -> "Guard | None":
        """The same guard, asked about the policy first; none where that was not found as good."""
        found = self.manifest.policy_first
        if found is None or not found.offered:
            return None
        modes = {name: found.mode for name in self.manifest.modes}
        return Guard(replace(self.manifest, modes=modes, policy_first=None), self._parts)

    def calibrated(self, calibration: Calibration) -> "Guard":
        """The same guard with other scores."""
        return Guard(replace(self.manifest, calibration=calibration), self._parts)

    def score(self, frames: NDArray[np.uint8], policies: Sequence[str]) -> list[list[Answer]]:
        """Judge every frame under every policy: answers[t][p].

        frames:   (T, H, W, 3) uint8, already letterboxed to manifest.image_side
        policies: texts as operators wrote them
        raises:   PolicyTextError, EngineError
        """
        ways = self._ways(policies)
        answers: list[list[Answer]] = []
        at_once = max(1, ROWS_MAX // max(1, len(policies)))
        for start in range(0, len(frames), at_once):
            shown = frames[start : start + at_once]
            seen = self._see(shown) if policies else None
            columns: dict[int, list[Answer]] = {}
            for guard, numbers in ways:
                judged = guard._under(shown, seen, [policies[p] for p in numbers])
                columns |= {p: [row[i] for row in judged] for i, p in enumerate(numbers)}
            answers += [[columns[p][t] for p in sorted(columns)] for t in range(len(shown))]
        return answers

    def _ways(self, policies: Sequence[str]) -> list[tuple["Guard", list[int]]]:
        """Who reads which policies: those that are long enough before the image, if it may."""
        rows = [len(self.reader.tokens(text)) for text in policies]
        if self._longer is None or self.manifest.policy_first is None:
            return [(self, [*range(len(rows))])]
        short = [p for p, n in enumerate(rows) if n < self.manifest.policy_first.from_tokens]
        return [(self, short), (self._longer, sorted(set(range(len(rows))) - set(short)))]

    def _under(
        self, frames: NDArray[np.uint8], seen: Any, policies: Sequence[str]
    ) -> list[list[Answer]]:
        """Every frame under every policy, in this guard's way; seen: from `_see`."""
        if not policies:
            return [[] for _ in frames]
        prompts, prefixes = map(self.reader.tokens, policies), self._speaker.prefill(seen)
        asked = [Asked(frames[t], t, prompt) for prompt in prompts for t in range(len(frames))]
        answers: list[Answer] = []
        for start in range(0, len(asked), ROWS_MAX):
            answers += self._heard(prefixes, asked[start : start + ROWS_MAX])
        return [answers[t :: len(frames)] for t in range(len(frames))]

    def judge(self, frames: NDArray[np.uint8], texts: Sequence[str]) -> list[Answer]:
        """Judge each frame under its own policy: answers[t]."""
        batches = self._batches(frames, self._rows(texts), ROWS_MAX)
        return [answer for prefixes, asked in batches for answer in self._heard(prefixes, asked)]

    def explain(self, frames: NDArray[np.uint8], texts: Sequence[str]) -> list[str]:
        """Why each frame is unsafe under its own policy; empty where its trace has said so."""
        if self._explainer is None or not texts:
            return [""] * len(texts)
        return self._explainer.why(self._see(frames), texts)

    def said(self, frames: NDArray[np.uint8], texts: Sequence[str]) -> list[Said]:
        """What a calibration is fitted on: each frame under its own policy, as `judge`."""
        said: list[Said] = []
        for prefixes, asked in self._batches(frames, self._rows(texts), ROWS_MAX):
            spoken = self._spoken(prefixes, asked)
            said += [Said(self._answer(row).score, row.log_probs) for row in spoken]
        return said

    def endings(self, frames: NDArray[np.uint8], texts: Sequence[str]) -> list[list[float]]:
        """The same for what is drawn where there is doubt: how each frame's drawn traces end."""
        batches = self._batches(frames, self._rows(texts), ROWS_MAX)
        return [ends for prefixes, asked in batches for ends in self._drawn(prefixes, asked)]

    def _rows(self, texts: Sequence[str]) -> list[tuple[int, list[int]]]:
        return [(t, self.reader.tokens(text)) for t, text in enumerate(texts)]

    def _batches(
        self, frames: NDArray[np.uint8], rows: list[tuple[int, list[int]]], size: int
    ) -> Iterator[tuple[Any, list[Asked]]]:
        """The rows, each a frame's number and a prompt, `size` at a time on their prefixes."""
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            shown = sorted({t for t, _ in part})
            prefixes = self._speaker.prefill(self._see(frames[shown]))
            yield prefixes, [Asked(frames[t], shown.index(t), prompt) for t, prompt in part]

    def _heard(self, prefixes: Any, asked: list[Asked]) -> list[Answer]:
        """Answers, their scores calibrated where the engine is."""
        spoken = self._spoken(prefixes, asked)
        answers = [self._answer(row) for row in spoken]
        if self._scale is None:
            return answers
        said = [Said(a.score, row.log_probs) for a, row in zip(answers, spoken, strict=True)]
        parsed = [i for i, answer in enumerate(answers) if answer.word != "unparsable"]
        scores = {i: self._scale.first(said[i]) for i in parsed}
        doubted = [i for i in parsed if self._mode.trace_max_tokens and is_doubtful(scores[i])]
        ends = self._drawn(prefixes, [asked[i] for i in doubted])
        for i, shares in zip(doubted, ends, strict=True):
            scores[i] = self._scale.second(scores[i], shares)
        return [replace(a, score=scores.get(i, a.score)) for i, a in enumerate(answers)]

    def _spoken(
        self, prefixes: Any, asked: list[Asked], choose: Choose = likeliest
    ) -> list[Spoken]:
        rows, prompts = [one.row for one in asked], [one.prompt for one in asked]
        return self._speaker.speak(prefixes, rows, prompts, choose)

    def _drawn(self, prefixes: Any, asked: list[Asked]) -> list[list[float]]:
        """The share of `unsafe` at the end of each row's drawn traces."""
        seeds = [seed_of(one.frame, one.prompt) for one in asked]
        traces = [
            self._spoken(prefixes, asked, drawn([(*seed, number) for seed in seeds]))
            for number in range(TRACES if asked else 0)
        ]
        return [[self._answer(trace[i]).score for trace in traces] for i in range(len(asked))]

    def _see(self, frames: NDArray[np.uint8]) -> Any:
        side = self._shape.vision.side
        if frames.dtype != np.uint8 or frames.shape[1:] != (side, side, 3):
            raise EngineError(
                f"frames must be (T, {side}, {side}, 3) uint8, got {frames.dtype} {frames.shape}"
            )
        return self._parts.see(frames, self._shape)

    def _answer(self, row: Spoken) -> Answer:
        mode, tokenizer = self._mode, self._parts.tokenizer
        said = mode.assistant_prefix + tokenizer.decode(row.tokens, skip_special_tokens=False)
        if row.answer_logits is None:
            return Answer("unparsable", 0.5, rationale_of(said))
        word, score = read(row.answer_logits, self._words, row.carried)
        if mode.trace_max_tokens:
            word = parse(f"{said}{word}</answer>")
        return Answer(word, score, rationale_of(said))
