"""Policies as rows say what each says by itself: 200 random cases, on torch and ONNX Runtime.

A case is one of four random models (tied and untied, grouped and not, whole pictures and windows,
both classes), a few pictures, 1 to 32 policies of 5 to 800 tokens; both layouts, at once and with
a trace. Each policy by itself means: its picture through the tower alone, one call for the whole
prompt, then one token at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engines.manifest import AnswerTokens, Layout, Mode
from engines.runtimes import Array
from engines.runtimes.onnx import OnnxRuntime
from engines.runtimes.torch import TorchRuntime
from engines.safeguard.decode import Speaker, Spoken
from engines.safeguard.model import SafeGuard
from engines.safeguard.names import stock_names
from engines.safeguard.onnx_graph import Weights, write_decoder, write_vision
from engines.safeguard.parts import Parts
from engines.safeguard.pixels import patchify
from engines.safeguard.policy_first_prompt import PolicyFirstPrompt
from engines.safeguard.ports import decoder_ports, vision_ports
from engines.safeguard.shape import Shape, TextShape, VisionShape
from tests.engines.safeguard.apart import Model, Said, ask
from tests.engines.safeguard.test_guard import WORDS

pytestmark = [pytest.mark.torch, pytest.mark.timeout(900)]  # the first case exports
CASES, FRAMES_MAX, POLICIES_MAX, TOKENS = 200, 3, 32, (5, 800)
TRACE, S_MAX, CLOSE = 6, 1088, 1e-4
AROUND = 16  # tokens at most between a turn's marks
LAYOUTS: tuple[Layout, ...] = ("image_first", "policy_first")
MODE = Mode(
    prompt="policy : {policy} is the image safe ?",
    assistant_prefix="",
    answers=AnswerTokens((418,), (350,)),
    polarity="",
    trace_max_tokens=TRACE,
)
TEXT = TextShape(
    WORDS.get_vocab_size(), width=64, layers=2, kv_heads=2, inner=96, sections=(2, 3, 3)
)
SIGHT = VisionShape(depth=2, width=32, inner=48, heads=2)
SHAPES = {
    "tied, grouped, 64 px": Shape(TEXT, replace(SIGHT, side=64)),
    "untied, 96 px in windows": Shape(
        replace(TEXT, tied=False, kv_heads=4), replace(SIGHT, window=32, full_blocks=(1,))
    ),
    "one key head, 224 px": Shape(replace(TEXT, tied=False, kv_heads=1), replace(SIGHT, side=224)),
    "Qwen3-VL, 128 px": Shape(
        replace(TEXT, head=24, sections=(6, 3, 3), normed=True, interleaved=True),
        replace(SIGHT, side=128, table=7, deep_blocks=(0,)),
    ),
}


@dataclass(frozen=True)
class Made:
    """A random model on both runtimes."""

    shape: Shape
    guard: SafeGuard
    onnx: Parts

    def parts(self, runtime: str, s_max: int) -> Parts:
        """Caches are copied by torch, so there they are no longer than they need to be."""
        if runtime == "onnx":
            return self.onnx
        sight = TorchRuntime(self.guard.visual, *vision_ports(self.shape))
        text = TorchRuntime(self.guard.language_model, *decoder_ports(self.shape, s_max))
        return Parts(sight, text, self.onnx.embeddings, WORDS)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Made]]:
    yield {name: _made(shape, tmp_path_factory.mktemp("rows")) for name, shape in SHAPES.items()}


def _made(shape: Shape, folder: Path) -> Made:
    torch.manual_seed(0)
    guard = SafeGuard(shape).eval()
    for name, weights in guard.named_parameters():
        if weights.ndim > 1:  # so that logits are spread as a trained guard's, 3 and not 0.6 or 70
            weights.data *= 0.35 if "embed_tokens" in name else 3.0
    save_file(stock_names(guard), folder / "model.safetensors")
    stored = Weights(folder / "model.safetensors")
    write_vision(shape, folder / "vision.onnx", stored)
    write_decoder(shape, S_MAX, folder / "decoder.onnx", stored)
    table = guard.language_model.embed_tokens.weight.detach().numpy()
    graphs = OnnxRuntime(folder / "vision.onnx"), OnnxRuntime(folder / "decoder.onnx")
    return Made(shape, guard, Parts(*graphs, table, WORDS))


@pytest.mark.parametrize("runtime", ["torch", "onnx"])
@pytest.mark.parametrize("case", range(CASES))
def test_rows_say_what_each_policy_says_by_itself(
    made: dict[str, Made], case: int, runtime: str
) -> None:
    rng = np.random.default_rng(case)
    model = [*made.values()][case % len(made)]
    side = model.shape.vision.side
    frames = rng.integers(0, 256, (1 + case % FRAMES_MAX, side, side, 3)).astype(np.uint8)
    prompts = _prompts(rng)
    frame_of = [int(t) for t in rng.integers(0, len(frames), len(prompts))]
    longest = max(len(prompt) for prompt in prompts)
    parts = model.parts(runtime, longest + model.shape.vision.tokens + AROUND + TRACE)
    for layout in LAYOUTS:
        _compare(parts, model.shape, layout, (frames, frame_of, prompts))


def _compare(
    parts: Parts,
    shape: Shape,
    layout: Layout,
    asked: tuple[Array, list[int], list[list[int]]],
) -> None:
    frames, frame_of, prompts = asked
    modes = [replace(MODE, layout=layout, trace_max_tokens=trace) for trace in (0, TRACE)]
    at_once, reasoned = (
        _together(Speaker(parts, shape, mode), parts, shape, asked) for mode in modes
    )
    speaker, model = Speaker(parts, shape, modes[0]), Model(shape, parts.decoder, parts.embeddings)
    for i, (frame, prompt) in enumerate(zip(frame_of, prompts, strict=True)):
        words = (speaker.prompt.before, [*speaker.prompt.after, *prompt])
        if isinstance(speaker.prompt, PolicyFirstPrompt):
            words = (prompt, speaker.prompt.after)
        alone = parts.vision.run({"pixels": patchify(frames[frame][None], shape.vision)})
        said = ask(model, alone, words, TRACE)
        assert _distance(at_once[i], said) <= CLOSE
        assert _distance(reasoned[i], said) <= CLOSE
        assert reasoned[i].tokens == said.tokens[: len(reasoned[i].tokens)]
        assert reasoned[i].tokens or said.tokens[0] in (WORDS.token_to_id(e) for e in MODE.ends)


def _together(
    speaker: Speaker,
    parts: Parts,
    shape: Shape,
    asked: tuple[Array, list[int], list[list[int]]],
) -> list[Spoken]:
    frames, frame_of, prompts = asked
    seen = parts.vision.run({"pixels": patchify(frames, shape.vision)})
    return speaker.speak(speaker.prefill(seen), frame_of, prompts)


def _distance(row: Spoken, said: Said) -> float:
    if row.answer_logits is None:
        return 0.0
    return float(np.abs(row.answer_logits - said.logits[len(row.tokens)]).max())


def _prompts(rng: np.random.Generator) -> list[list[int]]:
    """Numbers and lengths drawn evenly on a logarithmic scale, so that short ones occur too."""
    count = round(float(np.exp(rng.uniform(0, np.log(POLICIES_MAX)))))
    low, high = np.log(TOKENS)
    lengths = np.exp(rng.uniform(float(low), float(high), count)).round().astype(int)
    return [rng.integers(10, WORDS.get_vocab_size(), n).tolist() for n in lengths]
