"""Rows that are read together are padded little, and nobody outside sees their order."""

from collections.abc import Mapping

import numpy as np

from engines.runtimes import Array
from engines.safeguard.calls import TOKENS_AT_ONCE, Calls, packed
from engines.safeguard.parts import Parts
from engines.safeguard.ports import decoder_ports
from engines.safeguard.shape import Shape, TextShape
from tests.engines.safeguard.test_guard import WORDS

SHAPE = Shape(TextShape(16, width=4, layers=1, heads=1, kv_heads=1))
TABLE = np.arange(16, dtype=np.float32)[:, None].repeat(4, 1)  # a token is embedded as its number


class Last:
    """A runtime whose likeliest token is the last one that it read."""

    def __init__(self) -> None:
        self.inputs, self.outputs = decoder_ports(SHAPE, 2048)
        self.calls: list[tuple[int, ...]] = []

    def run(
        self, inputs: Mapping[str, Array], into: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        embedded = inputs["input_embeds"]
        self.calls.append(embedded.shape[:2])
        tokens = embedded[np.arange(len(embedded)), inputs["gather"], 0].astype(np.int64)
        logits = np.zeros((len(tokens), 16), np.float32)
        logits[np.arange(len(tokens)), tokens] = 1
        return {"logits": logits}


def calls() -> tuple[Calls, Last]:
    runtime = Last()
    return Calls(Parts(runtime, runtime, TABLE, WORDS), SHAPE), runtime


def test_rows_go_in_parts_that_no_padding_makes_larger() -> None:
    half = TOKENS_AT_ONCE // 2
    assert [*packed([1, 1, half, half, half + 1, 5000])] == [
        slice(0, 2),
        slice(2, 4),
        slice(4, 5),
        slice(5, 6),
    ]
    assert [*packed([])] == []


def test_rows_of_like_length_are_read_together_and_keep_their_places() -> None:
    reader, runtime = calls()
    prompts = [[1] * 300 + [7], [8], [1] * 299 + [9], [1, 2]]
    rows = reader.rows(prompts)
    reader.read(rows, prompts)
    assert runtime.calls == [(2, 2), (1, 300), (1, 301)]
    assert rows.logits.argmax(-1).tolist() == [7, 8, 9, 2]


def test_each_row_is_fed_its_own_next_token() -> None:
    reader, _ = calls()
    prompts = [[3, 3, 3], [4], [5, 5]]
    rows = reader.rows(prompts)
    reader.read(rows, prompts)
    reader.step(rows, np.array([10, 11, 12]))
    assert rows.logits.argmax(-1).tolist() == [10, 11, 12]
    assert rows.used.tolist() == rows.texts.tolist() == [2, 3, 4]  # in order of length
