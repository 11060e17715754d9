"""Speak: continue every row until it comes to answer, ends or runs out of steps.

The answer's opening tag is looked for in the text, because it need not be a token: a published
tokenizer says `<answer>` in several, and may even merge its end with the word, `>No`. A row answers
where it puts the first word behind the whole tag. What could have been said instead of the tag's
end, or of space behind it, is carried there with its probability, so that `>No` and `>` with `yes`
behind it are weighed against each other, whichever of them is the likeliest token.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from engines.manifest import Mode

from .answer import ANSWER_OPENS, MASS_MIN, NOTHING, Carried
from .forward import Logits
from .parts import Whole
from .policy_first_prompt import prompt_of
from .sampling import Choose, likeliest, log_probabilities
from .shape import Shape
from .words import answers_behind, text_of


@dataclass(frozen=True)
class Spoken:
    """What one row said before it answered; no logits if it never came to answer."""

    tokens: list[int]
    answer_logits: Logits | None  # (V,)
    carried: Carried = NOTHING  # answers before that place
    log_probs: tuple[float, ...] = ()  # of the tokens


@dataclass
class Line:
    """What one row has said so far."""

    text: str
    tokens: list[int] = field(default_factory=list)
    log_probs: list[float] = field(default_factory=list)
    answer_logits: Logits | None = None
    carried: Carried = NOTHING
    finished: bool = False


class Speaker:
    """One guard's decoder, asked in one way."""

    def __init__(self, parts: Whole, shape: Shape, mode: Mode) -> None:
        """Works out the prefix once."""
        self.prompt, self._mode = prompt_of(mode, parts.tokenizer), mode
        self._forward = parts.forward(shape, self.prompt, mode.trace_max_tokens)
        self._tokenizer = parts.tokenizer
        self._ends = {parts.tokenizer.token_to_id(word) for word in mode.ends}

    @property
    def prefix_length(self) -> int:
        """Tokens before a policy row begins."""
        return self._forward.prefix_length

    def prefill(self, seen: Any) -> Any:
        """See `Reading.prefill`."""
        return self._forward.prefill(seen)

    def speak(
        self,
        prefixes: Any,
        frame_of: list[int],
        prompts: list[list[int]],
        choose: Choose = likeliest,
    ) -> list[Spoken]:
        """Continue each prompt on its frame's prefix; without a trace it answers at once.

        prefixes: from `prefill`; frame_of: which of its rows each prompt looks at
        """
        rows, steps = self._forward.start(prefixes, frame_of, prompts), self._mode.trace_max_tokens
        if not steps:
            return [Spoken([], logits) for logits in rows.logits]
        lines = [Line(self._mode.assistant_prefix) for _ in prompts]
        for left in range(steps, -1, -1):
            tokens = choose(rows.logits)
            sure = log_probabilities(rows.logits, tokens)
            for i, line in enumerate(lines):
                if not line.finished:
                    tokens[i] = self._hear(
                        line, int(tokens[i]), partial(rows.logits.__getitem__, i)
                    )
                    line.log_probs.append(float(sure[i]))
            if not left or all(line.finished for line in lines):
                break
            self._forward.step(rows, tokens)
        return [_spoken(line, steps) for line in lines]

    def _hear(self, line: Line, token: int, logits: Callable[[], Logits]) -> int:
        """Take in what a row says next; returns the token with which it goes on.

        logits: of its place, fetched from the device only where the answer comes
        """
        ended = token in self._ends
        said = line.text + ("" if ended else text_of(self._tokenizer, token))
        before, opening, behind = said.partition(ANSWER_OPENS)
        missing = said[max(len(line.text), len(before)) : len(said) - len(behind)]
        line.finished = ended or bool(behind.strip() and not missing)
        if line.finished:
            said_it = line.carried.safe + line.carried.unsafe >= MASS_MIN
            line.answer_logits = logits().copy() if behind.strip() or said_it else None
            return token
        if opening:
            token = self._open(line, missing, token, logits())
        line.text += text_of(self._tokenizer, token)
        line.tokens.append(token)
        return token

    def _open(self, line: Line, missing: str, token: int, logits: Logits) -> int:
        """Carry the answers of a place where the tag ends; its end is said without a word."""
        answers = answers_behind(missing, self._mode.answers, self._tokenizer)
        merged = text_of(self._tokenizer, token).strip() != missing
        if merged:
            token = self._tokenizer.encode(missing, add_special_tokens=False).ids[0]
        if merged or answers.safe or answers.unsafe:
            line.carried = line.carried.past(logits, answers, token)
        return token


def _spoken(line: Line, steps: int) -> Spoken:
    """Its first tokens, and how likely each was; the one that ended the line is none of them."""
    tokens = line.tokens[:steps]
    return Spoken(tokens, line.answer_logits, line.carried, tuple(line.log_probs[: len(tokens)]))
