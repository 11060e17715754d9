"""Name what a guard is made of, whatever runs it."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from tokenizers import Tokenizer

from engines.runtimes import Runtime


@dataclass(frozen=True)
class Parts:
    """Two graphs, the table of embeddings in the decoder's precision, and the words."""

    vision: Runtime
    decoder: Runtime
    embeddings: NDArray[Any]  # (V, D)
    tokenizer: Tokenizer
