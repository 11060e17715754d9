"""Turn a policy's text into the exact words the guard reads.

The small world's language is lower case and writes its stops apart, so the text is brought to that
form; nothing is dropped: the tokenizer knows every byte.
"""

import re

IMAGE_OPENS = "<|im_start|>user\n<|vision_start|>"
IMAGE_TOKEN = "<|image_pad|>"
IMAGE_CLOSES = "<|vision_end|>"
TURN_ENDS = "<|im_end|>\n<|im_start|>assistant\n"
ANSWER_OPENS = "<answer>"
END = "<|im_end|>"

STOPS = re.compile(r"\s*([.,;:!?])(?!\d)\s*")


def plain(text: str) -> str:
    """Lower case, single spaces, stops apart: "No guns." becomes "no guns ."."""
    return " ".join(STOPS.sub(r" \1 ", text.lower()).split())


def user_turn(template: str, text: str, assistant_prefix: str = "") -> str:
    """Everything after the picture, up to where the guard begins to speak."""
    return template.replace("{policy}", plain(text)) + TURN_ENDS + assistant_prefix
