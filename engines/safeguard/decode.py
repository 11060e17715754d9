"""Speak: continue every row until it comes to answer, ends or runs out of steps.

The answer's opening tag is looked for in the text, because it need not be a token: a published
tokenizer says `<answer>` in several, and may even merge its end with the word, `>No`. So a row
answers at the first token that puts anything but space behind the tag; the logits at its place
are the answer.
"""

from dataclasses import dataclass, field

from engines.manifest import Mode

from .answer import ANSWER_OPENS
from .forward import Caches, Forward, Logits, Seen
from .parts import Parts
from .prompt import Prompt
from .sampling import Choose, likeliest, log_probabilities
from .shape import Shape


@dataclass(frozen=True)
class Spoken:
    """What one row said before it answered; no logits if it never came to answer."""

    tokens: list[int]
    answer_logits: Logits | None  # (V,)
    missing: str = ""  # end of the opening tag that the answer's own token brings
    log_probs: tuple[float, ...] = ()  # of the tokens


@dataclass
class Line:
    """What one row has said so far."""

    text: str
    tokens: list[int] = field(default_factory=list)
    log_probs: list[float] = field(default_factory=list)
    answer_logits: Logits | None = None
    missing: str = ""
    finished: bool = False


class Speaker:
    """One guard's decoder, asked in one way."""

    def __init__(self, parts: Parts, shape: Shape, mode: Mode) -> None:
        """Works out the prefix once."""
        self.prompt = Prompt(mode, parts.tokenizer)
        self._forward, self._mode = Forward(parts, shape, self.prompt), mode
        self._tokenizer = parts.tokenizer
        self._ends = {parts.tokenizer.token_to_id(word) for word in mode.ends}

    @property
    def prefix_length(self) -> int:
        """Tokens before a policy row begins."""
        return self._forward.prefix_length

    def prefill(self, seen: Seen) -> Caches:
        """See `Forward.prefill`."""
        return self._forward.prefill(seen)

    def speak(
        self,
        prefixes: Caches,
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
                    self._hear(line, int(tokens[i]), rows.logits[i])
                    line.log_probs.append(float(sure[i]))
            if not left or all(line.finished for line in lines):
                break
            self._forward.step(rows, tokens)
        return [_spoken(line, steps) for line in lines]

    def _hear(self, line: Line, token: int, logits: Logits) -> None:
        """Take in what a row says next."""
        if token in self._ends:
            line.finished = True
            return
        said = line.text + self._tokenizer.decode([token], skip_special_tokens=False)
        _, opening, behind = said.partition(ANSWER_OPENS)
        if opening and behind.strip():
            line.finished, line.answer_logits = True, logits.copy()
            line.missing = said[len(line.text) : len(said) - len(behind)]
            return
        line.text = said
        line.tokens.append(token)


def _spoken(line: Line, steps: int) -> Spoken:
    """Its first tokens, and how likely each was; the one that ended the line is none of them."""
    tokens = line.tokens[:steps]
    return Spoken(tokens, line.answer_logits, line.missing, tuple(line.log_probs[: len(tokens)]))
