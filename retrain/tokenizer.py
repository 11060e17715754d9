"""Train the tokenizer: byte pairs merged until every word of the small world is one token.

All 256 bytes are in the vocabulary, so a word the world does not know is spelt, never dropped.
"""

from collections.abc import Iterator
from itertools import chain

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from engines.safeguard.prompt import TURN_ENDS, user_turn
from engines.scenes.sprites import COLOURS
from engines.scenes.world import OBJECTS, PLACES, PLURALS

from .compose import SEEN
from .grammar import CARRIERS, NEUTRAL
from .sentences import NUMBERS
from .traces import ASK, JUDGE, LIST, RECITE

SPECIAL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|image_pad|>",
)
TAGS = ("<think>", "</think>", "<answer>", "</answer>")
SIZE_MAX = 1536
CORPUS_REPEATS = 4  # a pair is merged only if it occurs twice


def build_tokenizer() -> Tokenizer:
    """The same tokenizer at every call: the corpus is enumerated, not drawn."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE_MAX,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_corpus(), trainer)
    tokenizer.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in TAGS])
    return tokenizer


def _corpus() -> Iterator[str]:
    fillers = {"o": "gun", "s": "guns", "p": "beach", "q": "flag", "n": "two", "m": "one"}
    fillers |= {"f": "gun", "c": "image"}
    sentences = chain(*SEEN.rules.values(), *SEEN.rest.values(), NEUTRAL)
    used = dict.fromkeys(word for text in sentences for word in text.format(**fillers).split())
    words = [*used, *OBJECTS, *PLURALS.values(), *PLACES, *CARRIERS, *NUMBERS.values(), *"12345"]
    words += [*COLOURS.values(), *"how many which colour is the left or right question ?".split()]
    words += [f"{carrier}s" for carrier in CARRIERS]
    words += "banned allowed except with count else ok bad safe unsafe an : ; , . ?".split()
    for _ in range(CORPUS_REPEATS):
        yield from (" " + word for word in words)
        yield "user\n"
        yield TURN_ENDS.partition("<|im_start|>")[2]
        for prompt in (ASK, JUDGE, LIST, RECITE):
            yield user_turn(prompt, "").removesuffix(TURN_ENDS)
