"""Turn rows into tensors: token ids, what to predict where, and what each sentence means."""

from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from engines.scenes.world import OBJECTS, PLACES

from .rows import Row
from .rules import COUNTS, KINDS
from .sentences import Meaning

IGNORE = -100  # cross_entropy's ignore_index
ARGUMENTS = (*PLACES, *OBJECTS, *COUNTS)
CLAUSE_KINDS = (*KINDS, "else allowed", "else banned")
STOP = "Ġ."  # the token that ends each sentence


@dataclass(frozen=True)
class Batch:
    """R rows, the same number for each picture, right-padded to S tokens."""

    ids: Tensor  # (R, S)
    lengths: Tensor  # (R,)
    asked: Tensor  # (3, n): row, column, token to predict there
    clauses: Tensor  # (5, m): row, column, and classes of object, kind, argument

    def to(self, device: torch.device) -> "Batch":
        """The same on a device."""
        parts = (self.ids, self.lengths, self.asked, self.clauses)
        return Batch(*(part.to(device) for part in parts))


class Batcher:
    """Encodes rows."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Padding is the end-of-text token."""
        self.tokenizer = tokenizer
        vocabulary = tokenizer.get_vocab()
        self._padding, self._stop = vocabulary["<|endoftext|>"], vocabulary[STOP]

    def batch(self, rows: list[Row]) -> Batch:
        """Tensors of these rows."""
        prompts = self._ids([row.prompt for row in rows])
        completions = self._ids([row.completion for row in rows])
        lengths = [len(a) + len(b) for a, b in zip(prompts, completions, strict=True)]
        ids = np.full((len(rows), max(lengths)), self._padding)
        asked: list[tuple[int, int, int]] = []
        clauses: list[tuple[int, ...]] = []
        for i, (prompt, completion) in enumerate(zip(prompts, completions, strict=True)):
            ids[i, : lengths[i]] = prompt + completion
            asked += [(i, len(prompt) - 1 + j, token) for j, token in enumerate(completion)]
            clauses += self._clauses(i, prompt, rows[i])
        return Batch(
            torch.from_numpy(ids),
            torch.tensor(lengths),
            torch.tensor(asked).T,
            torch.tensor(clauses, dtype=torch.long).view(-1, 5).T,
        )

    def _ids(self, texts: list[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]

    def _clauses(self, i: int, prompt: list[int], row: Row) -> list[tuple[int, ...]]:
        stops = [column for column, token in enumerate(prompt) if token == self._stop]
        return [
            (i, column, *clause_classes(meaning, row.rest_banned))
            for column, meaning in zip(stops, row.clauses, strict=False)
        ]


def clause_classes(meaning: Meaning, rest_banned: bool) -> tuple[int, int, int]:
    """Classes of object, kind and argument of one sentence."""
    if meaning == "neutral":
        return IGNORE, IGNORE, IGNORE
    if meaning == "rest":
        return IGNORE, len(KINDS) + rest_banned, IGNORE
    argument = ARGUMENTS.index(meaning.argument) if meaning.argument else IGNORE
    return OBJECTS.index(meaning.name), KINDS.index(meaning.kind), argument
