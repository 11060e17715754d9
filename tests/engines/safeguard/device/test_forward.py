"""Rows on a device, in passes and step by step, say what whole prompts say to the reference."""

import numpy as np
import pytest
import torch

from engines.safeguard.device import forward
from engines.safeguard.device.forward import DeviceForward, Logits, passes
from engines.safeguard.model import SafeGuard
from engines.safeguard.ports import cache_names
from engines.safeguard.rows import prefix_positions
from engines.safeguard.sampling import log_probabilities
from engines.safeguard.shape import Shape
from tests.engines.safeguard.stock import DEEP, WHOLE, WINDOWS

pytestmark = pytest.mark.torch
BEFORE, AFTER, TRACE = [1, 2], [3], 6
FRAME_OF = [0, 1, 0, 1, 1]
PROMPTS = [[int(token) for token in np.arange(length) % 47] for length in (5, 17, 9, 1, 30)]


def guard(shape: Shape) -> SafeGuard:
    torch.manual_seed(0)
    made = SafeGuard(shape).eval()
    for parameter in made.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.1)
    return made


def images(shape: Shape) -> torch.Tensor:
    torch.manual_seed(1)
    return torch.randn(2, shape.vision.tokens, shape.text.width)


def levels_of(shape: Shape) -> torch.Tensor | None:
    count = len(shape.vision.deep_blocks)
    torch.manual_seed(2)
    return torch.randn(2, count, shape.vision.tokens, shape.text.width) if count else None


@torch.inference_mode()
def whole_prompt(made: SafeGuard, frame: int, prompt: list[int]) -> torch.Tensor:
    """Logits (V,) behind a prompt that the graph's own module reads in one piece."""
    image, levels = images(made.shape)[frame], levels_of(made.shape)
    text, shape = made.language_model, made.shape
    ids = [torch.tensor(part, dtype=torch.long) for part in (BEFORE, AFTER, prompt)]
    parts = [text.embed_tokens(part) for part in ids]
    embeds = torch.cat((parts[0], image, parts[1], parts[2]))[None]
    places = prefix_positions(shape.vision, len(BEFORE), len(AFTER))
    row = np.broadcast_to(places.max() + 1 + np.arange(len(prompt)), (3, len(prompt)))
    positions = torch.from_numpy(np.concatenate((places, row), 1))[:, None]
    length, size = embeds.shape[1], (1, shape.text.kv_heads, embeds.shape[1], shape.text.head_width)
    caches = [torch.zeros(size) for _ in cache_names(shape)]
    where = torch.tensor([0]), torch.tensor([length - 1])
    if levels is not None:
        deepstack = torch.zeros(1, levels.shape[1], length, shape.text.width)
        deepstack[:, :, len(BEFORE) : len(BEFORE) + len(image)] = levels[frame]
        caches.append(deepstack)
    return text(embeds, positions, *where, *caches)[0][0]  # type: ignore[no-any-return]


def far(got: np.ndarray, want: torch.Tensor) -> float:
    return float(np.abs(got - want.numpy()).max())


@pytest.mark.parametrize("shape", [WHOLE, WINDOWS, DEEP], ids=["tied", "untied", "deep"])
@pytest.mark.parametrize("tokens_max", [1 << 15, 40], ids=["one pass", "passes"])
def test_rows_say_what_whole_prompts_say(
    shape: Shape, tokens_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forward, "TOKENS_MAX", tokens_max)
    made, seen = guard(shape), images(shape)
    way = DeviceForward(made.language_model, shape, (BEFORE, AFTER), 0)
    rows = way.start(way.prefill((seen, levels_of(shape))), FRAME_OF, PROMPTS)
    for number, (frame, prompt) in enumerate(zip(FRAME_OF, PROMPTS, strict=True)):
        want = whole_prompt(made, frame, prompt)
        assert want.std() > 0.5 and far(rows.logits[number], want) <= 1e-4


def test_steps_say_what_longer_prompts_say() -> None:
    made, seen = guard(WHOLE), images(WHOLE)
    way = DeviceForward(made.language_model, WHOLE, (BEFORE, AFTER), TRACE)
    prefixes = way.prefill((seen, None))
    way.step(
        way.start(prefixes, FRAME_OF, PROMPTS), np.zeros(5, np.int64)
    )  # buffers are used again
    rows, prompts = way.start(prefixes, FRAME_OF, PROMPTS), [[*prompt] for prompt in PROMPTS]
    for _ in range(TRACE):
        tokens = rows.logits.argmax(-1)
        way.step(rows, tokens)
        prompts = [[*prompt, int(token)] for prompt, token in zip(prompts, tokens, strict=True)]
    for number, (frame, prompt) in enumerate(zip(FRAME_OF, prompts, strict=True)):
        assert far(rows.logits[number], whole_prompt(made, frame, prompt)) <= 1e-4


@pytest.mark.gpu
def test_a_captured_step_says_what_the_processor_says() -> None:
    found = []
    for device in ("cpu", "cuda"):
        made, seen = guard(WHOLE).to(device), images(WHOLE).to(device)
        way = DeviceForward(made.language_model, WHOLE, (BEFORE, AFTER), TRACE)
        rows = way.start(way.prefill((seen, None)), FRAME_OF, PROMPTS)
        for token in range(TRACE):
            way.step(rows, np.full(5, token))
        found.append(np.asarray(rows.logits))
    assert np.abs(found[0] - found[1]).max() <= 1e-3


def test_few_sizes_of_buffers_are_kept() -> None:
    way = DeviceForward(guard(WHOLE).language_model, WHOLE, (BEFORE, AFTER), 1)
    prefixes = way.prefill((images(WHOLE), None))
    for rows in (1, 2, 3, 5, 9, 17):
        way.start(prefixes, [0] * rows, [[1]] * rows)
    assert [size[0] for size in way._steps] == [4, 8, 16, 32]


def test_passes_hold_a_bounded_number_of_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward, "TOKENS_MAX", 40)
    assert [*passes([1, 5, 9, 17, 30])] == [slice(0, 3), slice(3, 4), slice(4, 5)]
    assert [*passes([100])] == [slice(0, 1)]


def test_the_likeliest_token_of_each_row_is_found_where_the_row_stands() -> None:
    logits = Logits(torch.eye(3), [2, 0])
    assert logits.argmax(-1).tolist() == [2, 0] and logits[0].tolist() == [0, 0, 1]
    assert np.asarray(logits).tolist() == [row.tolist() for row in logits]


def test_probabilities_are_those_that_are_computed_here() -> None:
    values = torch.randn(3, 9, generator=torch.Generator().manual_seed(0))
    logits, tokens = Logits(values, [2, 0, 1]), np.array([4, 0, 8])
    here = log_probabilities(np.asarray(logits), tokens)
    assert np.abs(logits.log_probabilities(tokens) - here).max() <= 1e-6
