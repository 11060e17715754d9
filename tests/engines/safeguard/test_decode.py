"""Rows that never answer are told apart from rows that do."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from tokenizers import Tokenizer

from engines.manifest import Manifest
from engines.runtimes import Array, Port
from engines.safeguard.decode import Speaker
from engines.safeguard.parts import TOKENIZER, Parts
from engines.safeguard.ports import decoder_ports
from engines.safeguard.shape import Shape, TextShape
from tests.engines.safeguard.test_guard import DEMO

WORDS = Tokenizer.from_file(str(DEMO / TOKENIZER))
SHAPE = Shape(TextShape(WORDS.get_vocab_size(), layers=1))


class Script:
    """A runtime whose rows say what was written down for them."""

    def __init__(self, lines: list[str]) -> None:
        self.inputs: tuple[Port, ...] = decoder_ports(SHAPE, 64)[0]
        self.outputs = decoder_ports(SHAPE, 64)[1]
        self._lines = [WORDS.encode(line).ids for line in lines]
        self._step = -1

    def run(
        self, inputs: Mapping[str, Array], into: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        logits = np.zeros((len(inputs["gather"]), WORDS.get_vocab_size()), np.float32)
        for row, line in zip(logits, self._lines, strict=False):
            row[line[min(max(self._step, 0), len(line) - 1)]] = 9.0
        self._step += 1
        return {"logits": logits}


def test_a_row_answers_ends_early_or_runs_out_of_steps() -> None:
    lines = ["<think> a</think><answer> safe", "<think> a<|im_end|>", "<think> a a a a a a a a a"]
    table = np.zeros((WORDS.get_vocab_size(), SHAPE.text.width), np.float32)
    script = Script(lines)
    mode = replace(Manifest.load(DEMO).modes["reasoned"], trace_max_tokens=8)
    speaker = Speaker(Parts(script, script, table, WORDS), SHAPE, mode)
    prefixes = speaker.prefill(np.zeros((3, 36, SHAPE.text.width), np.float32))
    answered, ended, endless = speaker.speak(prefixes, [0, 1, 2], [[1], [1], [1]])
    assert answered.answer_logits is not None
    assert answered.answer_logits.argmax() == WORDS.token_to_id("Ġsafe")
    assert WORDS.decode(answered.tokens) == "<think> a</think><answer>"
    assert ended.answer_logits is None and endless.answer_logits is None
    assert len(endless.tokens) == 8
