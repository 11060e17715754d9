"""A checkpoint in the published layout: small, random, with a byte-level tokenizer."""

import json
from dataclasses import replace
from pathlib import Path

from engines.safeguard.checkpoint import PREPROCESSOR
from engines.safeguard.parts import TOKENIZER
from engines.safeguard.shape import Shape
from tests.engines.safeguard.byte_pairs import byte_pairs
from tests.engines.safeguard.published import preprocessor
from tests.engines.safeguard.stock import stock


def write_checkpoint(folder: Path, shape: Shape) -> Path:
    words = byte_pairs()
    spoken = Shape(replace(shape.text, vocabulary=words.get_vocab_size()), shape.vision)
    stock(spoken).save_pretrained(folder, max_shard_size="1MB")
    words.save(str(folder / TOKENIZER))
    (folder / PREPROCESSOR).write_text(json.dumps(preprocessor(shape)))
    return folder
