"""Read a tokenizer's file.

The library raises `Exception` itself for whatever it does not like, hence the broad `except`.
"""

from pathlib import Path

from tokenizers import Tokenizer

from engines.errors import EngineError


def read_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer in tokenizer.json. raises: EngineError"""
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library has no class for it
        raise EngineError(f"{path} is no tokenizer: {error}") from error
