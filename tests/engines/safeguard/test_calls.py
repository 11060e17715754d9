"""Rows that are read together are padded little, and nobody outside sees their order."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.runtimes import Array
from engines.safeguard.calls import TOKENS_AT_ONCE, Calls, packed
from engines.safeguard.decode import Speaker, Spoken
from engines.safeguard.parts import Parts
from engines.safeguard.ports import decoder_ports
from engines.safeguard.shape import Shape, TextShape
from tests.engines.safeguard.apart import Model, ask
from tests.engines.safeguard.test_guard import WORDS
from tests.engines.safeguard.test_policy_first import MANIFEST, parts, seen
from tests.engines.safeguard.test_policy_first import SHAPE as SHIPPED

SHAPE = Shape(TextShape(16, width=4, layers=1, heads=1, kv_heads=1))
CLOSE = 1e-4  # of a logit
PROMPTS = st.lists(st.integers(10, 500), min_size=5, max_size=120)
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


def shipped(trace: int = 8) -> Speaker:
    return Speaker(parts(), SHIPPED, replace(MANIFEST.mode, trace_max_tokens=trace))


def spoken(speaker: Speaker, prompts: list[list[int]], frame: int = 0) -> list[Spoken]:
    return speaker.speak(speaker.prefill(seen()), [frame] * len(prompts), prompts)


def close(one: Spoken, other: Spoken) -> bool:
    logits = (one.answer_logits, other.answer_logits)
    if logits[0] is None or logits[1] is None:
        return one.tokens == other.tokens and logits[0] is logits[1]
    return one.tokens == other.tokens and bool(np.abs(logits[0] - logits[1]).max() <= CLOSE)


@pytest.mark.parametrize("case", range(6))
def test_rows_over_one_prefix_say_what_whole_prompts_say(case: int) -> None:
    rng, speaker, direct = np.random.default_rng(case), shipped(), shipped(0)
    prompts = [rng.integers(10, 500, n).tolist() for n in rng.integers(5, 160, 1 + 3 * case)]
    model = Model(SHIPPED, parts().decoder, parts().embeddings)
    alone = {name: array[1:2] for name, array in seen().items()}
    rows = zip(prompts, spoken(speaker, prompts, 1), spoken(direct, prompts, 1), strict=True)
    for prompt, reasoned, at_once in rows:
        words = (speaker.prompt.before, [*speaker.prompt.after, *prompt])
        said = ask(model, alone, words, len(reasoned.tokens))
        assert reasoned.tokens == said.tokens[: len(reasoned.tokens)]
        assert at_once.answer_logits is not None
        assert np.abs(at_once.answer_logits - said.logits[0]).max() <= CLOSE


@settings(max_examples=12, deadline=None, derandomize=True)
@given(one=PROMPTS, others=st.lists(PROMPTS, max_size=6))
def test_a_policy_more_changes_no_other_ones_result(
    one: list[int], others: list[list[int]]
) -> None:
    for trace in (0, 8):
        speaker = shipped(trace)
        assert close(spoken(speaker, [*others, one])[-1], spoken(speaker, [one])[0])


@settings(max_examples=12, deadline=None, derandomize=True)
@given(prompts=st.lists(PROMPTS, min_size=2, max_size=7), data=st.data())
def test_the_order_of_policies_does_not_matter(
    prompts: list[list[int]], data: st.DataObject
) -> None:
    speaker, order = shipped(), data.draw(st.permutations(range(len(prompts))))
    turned = spoken(speaker, [prompts[i] for i in order])
    straight = spoken(speaker, prompts)
    assert all(close(turned[place], straight[i]) for place, i in enumerate(order))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(prompts=st.lists(PROMPTS, min_size=1, max_size=4))
def test_the_same_policy_twice_says_the_same_twice(prompts: list[list[int]]) -> None:
    rows = spoken(shipped(), [*prompts, *prompts])
    half = len(prompts)
    assert all(close(one, other) for one, other in zip(rows[:half], rows[half:], strict=True))
