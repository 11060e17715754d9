"""Turn a mode and a policy's text into tokens in the order policy, image, question.

The words are the mode's, in another order: what opens the turn, the prompt with the policy, then
the picture between the same marks, then the turn's end. So the whole beginning depends on the text
alone and can be kept, and everything behind the picture is the same for all policies.
"""

from tokenizers import Tokenizer

from engines.errors import EngineError, PolicyTextError
from engines.manifest import Mode

from .policy_text import check_text
from .prompt import IMAGE_TOKEN, Prompt, spelt

VISION_OPENS = "<|vision_start|>"


class PolicyFirstPrompt:
    """One way of asking, in one tokenizer's tokens; no token stands before the policy's row."""

    before: tuple[int, ...] = ()

    def __init__(self, mode: Mode, tokenizer: Tokenizer) -> None:
        """raises: EngineError if the mode does not open the picture with <|vision_start|>."""
        opens, mark, rest = mode.before.rpartition(VISION_OPENS)
        if not mark or rest:
            raise EngineError(f"policy_first: {mode.before!r} does not end in {VISION_OPENS}")
        self._mode, self._tokenizer, self._opens = mode, tokenizer, opens
        self._image = tokenizer.token_to_id(IMAGE_TOKEN)
        self._special = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
        self.after = self._cut("a")[1]

    def row(self, text: str) -> list[int]:
        """Token ids of everything before the picture.

        raises: PolicyTextError if the text cannot be read as it stands
        """
        check_text(text, self._special)
        row, after = self._cut(text)
        if after != self.after:
            raise PolicyTextError(f"the tokens behind the picture change with {text[:60]!r}")
        return row

    def _cut(self, text: str) -> tuple[list[int], list[int]]:
        """The whole prompt, tokenised as one string, without the picture."""
        mode = self._mode
        policy = mode.prompt.replace("{policy}", spelt(mode, text))
        question = mode.after + mode.turn_ends + mode.assistant_prefix
        whole = self._opens + policy + VISION_OPENS + IMAGE_TOKEN + question
        ids = list(self._tokenizer.encode(whole, add_special_tokens=False).ids)
        if self._image is None or ids.count(self._image) != 1:
            raise EngineError(f"{whole[:200]!r} must hold {IMAGE_TOKEN} as one token, once")
        return ids[: ids.index(self._image)], ids[ids.index(self._image) + 1 :]


def prompt_of(mode: Mode, tokenizer: Tokenizer) -> Prompt | PolicyFirstPrompt:
    """The words of a mode in the order of its layout. raises: EngineError"""
    if mode.layout == "policy_first":
        return PolicyFirstPrompt(mode, tokenizer)
    return Prompt(mode, tokenizer)
