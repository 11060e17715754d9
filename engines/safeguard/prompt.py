"""Turn a mode and a policy's text into the exact tokens the guard reads.

A mode says how a text is spelt. `verbatim`: as the operator wrote it. `plain`: the small world's
language is lower case and writes its stops apart, so the text is brought to that form. Nothing is
dropped in either: the tokenizer knows every byte.

A prompt is tokenised as one string, as a training would have done it, and cut at the picture: byte
pairs merge over the seams of its pieces.
"""

import re

from tokenizers import Tokenizer

from engines.errors import EngineError, PolicyTextError
from engines.manifest import Mode

from .policy_text import check_text

IMAGE_TOKEN = "<|image_pad|>"
IMAGE_OPENS, IMAGE_CLOSES, TURN_ENDS = Mode.before, Mode.after, Mode.turn_ends  # small world's
END = Mode.ends[0]

STOPS = re.compile(r"([.,;:!?])(?!\d)")


def plain(text: str) -> str:
    """Lower case, single spaces, stops apart: "No guns." becomes "no guns ."."""
    return " ".join(STOPS.sub(r" \1 ", text.lower()).split())


def user_turn(template: str, text: str) -> str:
    """Everything after the picture in the small world, up to where the guard begins to speak."""
    return template.replace("{policy}", plain(text)) + TURN_ENDS


def spelt(mode: Mode, text: str) -> str:
    """A policy's text as this mode's guard reads it."""
    return plain(text) if mode.text == "plain" else text


class Prompt:
    """One way of asking, in one tokenizer's tokens."""

    def __init__(self, mode: Mode, tokenizer: Tokenizer) -> None:
        """raises: EngineError if the tokenizer has no image token."""
        self._mode, self._tokenizer = mode, tokenizer
        self._prefix = mode.before + IMAGE_TOKEN + mode.after
        ids, image = self._ids(""), tokenizer.token_to_id(IMAGE_TOKEN)
        if image is None or ids.count(image) != 1:
            raise EngineError(f"{self._prefix!r} must hold {IMAGE_TOKEN} as one token, once")
        self.before, self.after = ids[: ids.index(image)], ids[ids.index(image) + 1 :]
        self._head = ids
        self._special = {token.content for token in tokenizer.get_added_tokens_decoder().values()}

    def row(self, text: str) -> list[int]:
        """Token ids of everything after the shared prefix about one policy.

        raises: PolicyTextError if the text cannot be read as it stands
        """
        check_text(text, self._special)
        mode = self._mode
        asked = mode.prompt.replace("{policy}", spelt(mode, text))
        ids = self._ids(asked + mode.turn_ends + mode.assistant_prefix)
        if ids[: len(self._head)] != self._head:
            raise PolicyTextError(f"the tokens of the shared prefix change with {text[:60]!r}")
        return ids[len(self._head) :]

    def _ids(self, turn: str) -> list[int]:
        return list(self._tokenizer.encode(self._prefix + turn, add_special_tokens=False).ids)
