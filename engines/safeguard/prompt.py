"""Turn a policy's text into the exact words the guard reads.

A mode says how a text is spelt. `verbatim`: as the operator wrote it. `plain`: the small world's
language is lower case and writes its stops apart, so the text is brought to that form. Nothing is
dropped in either: the tokenizer knows every byte.
"""

import re

from engines.manifest import Mode

IMAGE_TOKEN = "<|image_pad|>"
IMAGE_OPENS, IMAGE_CLOSES, TURN_ENDS = Mode.before, Mode.after, Mode.turn_ends  # small world's
END = Mode.ends[0]

STOPS = re.compile(r"\s*([.,;:!?])(?!\d)\s*")


def plain(text: str) -> str:
    """Lower case, single spaces, stops apart: "No guns." becomes "no guns ."."""
    return " ".join(STOPS.sub(r" \1 ", text.lower()).split())


def user_turn(template: str, text: str) -> str:
    """Everything after the picture in the small world, up to where the guard begins to speak."""
    return template.replace("{policy}", plain(text)) + TURN_ENDS


def row_text(mode: Mode, text: str) -> str:
    """Everything after the shared prefix about one policy, up to where the guard speaks itself."""
    spelt = plain(text) if mode.text == "plain" else text
    return mode.prompt.replace("{policy}", spelt) + mode.turn_ends + mode.assistant_prefix
