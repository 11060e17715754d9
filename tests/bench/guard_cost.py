"""Time policies as rows over one image prefix against one call a policy, in turns.

Both see the image once, with the vision tower; a call of the other kind reads image and policy
anew. Policies are rows of exactly so many tokens. Both run on the same graph.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engines.runtimes import Array
from engines.safeguard.decode import Speaker, Spoken
from engines.safeguard.parts import Parts
from engines.safeguard.policy_first_prompt import PolicyFirstPrompt, prompt_of
from engines.safeguard.prompt import Prompt
from tests.bench.guard_models import Measured
from tests.engines.safeguard.apart import Model, Said, ask

SEED = 11
SENTENCES = (
    "No guns.",
    "Two or more flags are banned.",
    "Knives are allowed only in the kitchen.",
    "Skulls need an adult.",
    "The rest is fine.",
)
ROUND_UP = 32  # tokens of a bucket


@dataclass(frozen=True)
class Load:
    """So many policies of so many tokens about one frame."""

    policies: int
    tokens: int

    def __str__(self) -> str:
        return f"{self.policies}x{self.tokens}"


@dataclass(frozen=True)
class Cost:
    """Seconds a frame, as rows and one by one, and how far their logits are apart at most."""

    rows: float
    apart: float
    logit_error: float

    @property
    def speedup(self) -> float:
        """How many times as fast the rows are."""
        return self.apart / self.rows


class Case:
    """One guard under one load in one way of asking, with everything loaded."""

    def __init__(self, measured: Measured, load: Load, parts: Parts) -> None:
        """parts: on the runtime that is timed."""
        self._shape, self._parts = measured.shape, parts
        self._speaker = Speaker(parts, measured.shape, measured.mode)
        self._frame, self._prompts = a_picture(measured), _prompts(load, self._speaker.prompt)

    def together(self) -> list[Spoken]:
        """As rows."""
        prefix = self._speaker.prefill(self._see())
        return self._speaker.speak(prefix, [0] * len(self._prompts), self._prompts)

    def apart(self, spoken: list[Spoken]) -> list[Said]:
        """One call a policy, speaking for as long as the row did."""
        model = Model(self._shape, self._parts.decoder, self._parts.embeddings)
        seen = self._see()
        return [
            ask(model, seen, self._words(prompt), len(row.tokens))
            for prompt, row in zip(self._prompts, spoken, strict=True)
        ]

    def _words(self, prompt: list[int]) -> tuple[Sequence[int], Sequence[int]]:
        """Before and behind the image."""
        words = self._speaker.prompt
        if isinstance(words, PolicyFirstPrompt):
            return prompt, words.after
        return words.before, [*words.after, *prompt]

    def _see(self) -> Mapping[str, Array]:
        return self._parts.see(self._frame, self._shape)


def cost(measured: Measured, load: Load, *, rounds: int) -> Cost:
    """Medians of so many turns; what a policy leaves in the caches is there before the first."""
    case = Case(measured, load, measured.parts(bucket(measured, load)))
    spoken = case.together()
    error = logit_error(spoken, case.apart(spoken))
    rows, apart = [], []
    for _ in range(rounds):
        rows.append(seconds(case.together))
        apart.append(seconds(lambda: case.apart(spoken)))
    return Cost(float(np.median(rows)), float(np.median(apart)), error)


def logit_error(spoken: list[Spoken], said: list[Said]) -> float:
    """The largest difference of logits at the places where the rows answered."""
    differences = [
        float(np.abs(row.answer_logits - one.logits[len(row.tokens)]).max())
        for row, one in zip(spoken, said, strict=True)
        if row.answer_logits is not None
    ]
    assert differences, "no row has answered"
    return max(differences)


def bucket(measured: Measured, load: Load) -> int:
    """The shortest caches that hold prefix, policy and trace."""
    needed = _shared(measured) + load.tokens + measured.mode.trace_max_tokens
    return -(-needed // ROUND_UP) * ROUND_UP


def ideal(measured: Measured, load: Load) -> float:
    """How many times fewer tokens are read than one by one; a trace of one's own is left out."""
    shared = _shared(measured)
    apart = load.policies * (shared + load.tokens)
    if measured.mode.layout == "policy_first":
        return apart / (load.policies * shared)
    return apart / (shared + load.policies * load.tokens)


def _shared(measured: Measured) -> int:
    """Tokens of a prompt that are no policy's."""
    words = prompt_of(measured.mode, measured.tokenizer)
    return len(words.before) + measured.shape.vision.tokens + len(words.after)


def a_picture(measured: Measured) -> NDArray[np.uint8]:
    """Noise."""
    side = measured.shape.vision.side
    return np.random.default_rng(SEED).integers(0, 256, (1, side, side, 3)).astype(np.uint8)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _prompts(load: Load, prompt: Prompt | PolicyFirstPrompt) -> list[list[int]]:
    """Rows of exactly so many tokens: sentences in another order each, cut, and the question."""
    ends = [prompt.row(word) for word in ("guns", "flags")]
    tail = next(n for n in range(len(ends[0])) if ends[0][-n - 1] != ends[1][-n - 1])
    rows = []
    for number in range(load.policies):
        turned = SENTENCES[number % len(SENTENCES) :] + SENTENCES[: number % len(SENTENCES)]
        long = prompt.row(" ".join([*turned, f"{number} ."] * (load.tokens // 8)))
        rows.append([*long[: load.tokens - tail], *long[-tail:]])
    return rows
