"""A small tokenizer with the traps of the published one: `<answer>` in pieces, `>No` in one.

Qwen2's pre-tokenisation lets one sign lead a word, so that the tag's end may merge with what
follows. The tags of the trace and of the answer are plain text; the turns' tokens are not.
"""

from functools import cache

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIAL = [
    *("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
    *("<|vision_start|>", "<|vision_end|>", "<|image_pad|>"),
]
CORPUS = [
    *["<think>\nit is a gun</think>\n\n<answer>No</answer> >No >No"] * 9,
    *["safe unsafe Safe Unsafe yes no Yes No\nsafe\nunsafe Based on the following policy"] * 9,
    *["A conversation between User and Assistant. Policy: image is safe or unsafe"] * 9,
]


@cache
def byte_pairs() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def token(text: str) -> int:
    """The one token that says this, byte for byte."""
    (found,) = [
        i for i in range(byte_pairs().get_vocab_size()) if byte_pairs().decode([i], False) == text
    ]
    return found
