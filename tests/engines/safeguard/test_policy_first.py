"""A policy that was read before its image says what the whole prompt says, at every frame."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engines.manifest import Manifest, Mode
from engines.runtimes import Array
from engines.safeguard.decode import Speaker
from engines.safeguard.parts import Parts, graph_parts
from engines.safeguard.pixels import patchify
from engines.safeguard.policy_first import Kept, PolicyFirst
from engines.safeguard.policy_first_prompt import PolicyFirstPrompt
from engines.safeguard.shape import Shape
from tests.engines.safeguard.apart import Model, ask
from tests.engines.safeguard.test_guard import DEMO, POLICIES, frames

FRAME_OF = [0, 1, 1, 3, 0]
TEXTS = [*POLICIES, POLICIES[0], "No flags. " * 20]
MANIFEST = Manifest.load(DEMO)
SHAPE = Shape.from_dict(MANIFEST.shape)
TRACE = 12  # tokens


class Counting:
    """A runtime that remembers how many tokens it has read, row by row."""

    def __init__(self) -> None:
        self._runtime, self.rows = parts().decoder, list[tuple[int, int]]()
        self.inputs, self.outputs = self._runtime.inputs, self._runtime.outputs

    def run(
        self, inputs: Mapping[str, Array], into: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        self.rows.append(inputs["input_embeds"].shape[:2])
        return self._runtime.run(inputs, into)


@cache
def parts() -> Parts:
    return graph_parts(DEMO, 1)


@cache
def seen() -> dict[str, Array]:
    return parts().vision.run({"pixels": patchify(frames(), SHAPE.vision)})


def mode(trace: int) -> Mode:
    return replace(MANIFEST.mode, layout="policy_first", trace_max_tokens=trace)


@pytest.mark.parametrize("trace", [0, TRACE])
def test_rows_say_what_whole_prompts_say_cold_and_warm(trace: int) -> None:
    speaker = Speaker(parts(), SHAPE, mode(trace))
    model = Model(SHAPE, parts().decoder, parts().embeddings)
    prompts = [speaker.prompt.row(text) for text in TEXTS]
    for _ in ("cold", "warm"):
        spoken = speaker.speak(speaker.prefill(seen()), FRAME_OF, prompts)
        for frame, prompt, row in zip(FRAME_OF, prompts, spoken, strict=True):
            words = (prompt, speaker.prompt.after)
            alone = {name: array[frame : frame + 1] for name, array in seen().items()}
            said = ask(model, alone, words, len(row.tokens))
            assert row.tokens == said.tokens[: len(row.tokens)]
            if row.answer_logits is not None:
                assert np.abs(row.answer_logits - said.logits[len(row.tokens)]).max() <= 1e-4


def test_a_policy_is_read_once_for_all_frames() -> None:
    prompt = PolicyFirstPrompt(mode(0), parts().tokenizer)
    counting = Counting()
    forward = PolicyFirst(replace(parts(), decoder=counting), SHAPE, prompt)
    rows = [prompt.row(POLICIES[0])] * 3
    for _ in range(2):
        forward.start(forward.prefill(seen()), [0, 1, 2], rows)
    image = (3, SHAPE.vision.tokens + len(prompt.after))
    assert counting.rows == [(1, len(rows[0])), image, image]


def test_what_was_used_longest_ago_is_dropped_first() -> None:
    kept, one = Kept(3 * 40), {"key_0": np.zeros(10, np.float32)}
    for number in range(3):
        kept.put([number], one)
    assert kept.get([0]) is one
    kept.put([3], one)
    assert [kept.get([number]) is not None for number in range(4)] == [True, False, True, True]
    kept.put([4], {"key_0": np.zeros(31, np.float32)})
    assert kept.get([4]) is None and kept.used == 3 * 40
