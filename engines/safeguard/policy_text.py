"""Refuse a policy's text that the guard cannot read as it stands; nothing is repaired in silence.

Whoever approves a text must see all that the guard reads, and the guard must not take a policy's
words for its own protocol. So refused are: a blank text; a very long one; control characters;
characters that nobody sees or that turn the order of others around; what Unicode does not know;
and the protocol's words in any case, width or spacing. Any other script, emoji or spelling is
text: the tokenizer knows every byte. Whether a text fits is its tokens' business (prompt.py).
Differences from plain "no format characters": 1) the two joiners stand where scripts and emoji
need them, beside a character that is no ASCII; 2) the emoji variation selector is allowed.
"""

import re
import unicodedata
from collections.abc import Iterable

from engines.errors import PolicyTextError

TAGS = ("<think>", "</think>", "<answer>", "</answer>")  # words of the protocol, never a policy's
MARKS = re.compile(r"<\|\w+\|>")  # `<|im_end|>`: how chat templates spell what is no text
CHARACTERS_MAX = 64_000  # more than any bucket holds; so that a huge text costs no time
KEPT = frozenset("\t\n\r")
JOINERS = frozenset("\u200c\u200d")
HIDDEN = frozenset(  # invisible, although Unicode calls them letters, marks or symbols
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE0F), *range(0xE0100, 0xE01F0))))
)
REFUSED = {  # Unicode's categories
    "Cc": "a control character",
    "Cf": "which nobody sees",
    "Cs": "half of a pair",
    "Co": "which means nothing outside of one's own house",
    "Cn": f"which Unicode {unicodedata.unidata_version} does not know",
}


def check_text(text: str, protocol: Iterable[str] = ()) -> None:
    """Let a text pass that can be read as it stands.

    protocol: words that only the guard's own protocol may hold, beside TAGS and MARKS
    raises: PolicyTextError, saying what stands where
    """
    if not text.strip():
        raise PolicyTextError("a policy text is empty")
    if len(text) > CHARACTERS_MAX:
        raise PolicyTextError(
            f"a policy has {len(text):,} characters, expected at most {CHARACTERS_MAX:,}"
        )
    for place, character in enumerate(text):
        if not character.isascii() or not character.isprintable():
            _check_character(text, place)
    squeezed = _squeezed(text)
    held = sorted(word for word in {*TAGS, *protocol} if _squeezed(word) in squeezed)
    if held := held or MARKS.findall(squeezed):
        raise PolicyTextError(f"a policy text holds {held[0]!r}, a word of the guard's protocol")


def refusal(text: str) -> str:
    """Why no guard can read a text, whatever its tokens; empty where some can."""
    try:
        check_text(text)
    except PolicyTextError as error:
        return str(error)
    return ""


def _check_character(text: str, place: int) -> None:
    character = text[place]
    why = REFUSED.get(unicodedata.category(character), "")
    if character in HIDDEN:
        why = REFUSED["Cf"]
    if not why or character in KEPT or (character in JOINERS and _joins(text, place)):
        return
    name = unicodedata.name(character, "")
    said = f"U+{ord(character):04X}" + (f" {name}" if name else "")
    raise PolicyTextError(f"character {place + 1} of a policy text is {said}, {why}")


def _joins(text: str, place: int) -> bool:
    """Whether a joiner stands between two characters, none of them ASCII."""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return len(around) == 2 and not any(one.isascii() or one in JOINERS for one in around)


def _squeezed(text: str) -> str:
    """One spelling of all that reads alike: no width, no case, no space, nothing unseen."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if not c.isspace() and c not in JOINERS)
