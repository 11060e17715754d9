"""Measure frames per second, the part of the device's peak, the rows' gain and the error."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engines.safeguard.device.attention import takes_flash
from engines.safeguard.device.forward import TOKENS_MAX, DeviceForward
from engines.safeguard.device.vision import see, widen
from tests.bench import operations
from tests.bench.gpu_model import (
    AFTER,
    BEFORE,
    SHAPES,
    Setting,
    oracle,
    random_frames,
    random_guard,
    random_prompts,
    said_by,
)
from tests.bench.say import say

POLICIES = (1, 5, 8, 32)
TARGET = 5  # policies, at which peak_percent is reported
POLICY_TOKENS, AROUND = 180, 8  # a policy, and what asks about it
FRAMES_MAX = 32  # in one batch
ROUNDS = 3
SQUARE = 8192  # side of the plain product
ANSWERS = (21, 22)  # any two tokens: safe, unsafe
ERROR_LENGTHS = (188, 40, 111)  # of the rows that the oracle reads too
STEPS = 4


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    tokens: int  # of a policy's row
    frames_max: int
    square: int


SCALES = {
    "7b": Scale(POLICY_TOKENS + AROUND, FRAMES_MAX, SQUARE),
    "small": Scale(12, 2, 256),
}


def device_for(shape: str) -> torch.device | None:
    """Where a shape is measured; None: nowhere here."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("cpu") if shape == "small" else None


def measure(name: str, device: torch.device) -> dict[str, Any]:
    """All figures, ready for JSON."""
    scale, dtype = SCALES[name], torch.bfloat16 if device.type == "cuda" else torch.float32
    say(f"a random guard, {name}, {dtype} on {device}")
    with torch.inference_mode():
        setting = random_guard(SHAPES[name], device, dtype)
        plain = [plain_product(setting, scale.square)]
        model = Measured(setting, scale)
        error = model.errors()
        rates = {policies: model.rate(policies) for policies in POLICIES}
        alone = model.rate_alone(TARGET)
        steps = model.step_ms(TARGET)
        plain.append(plain_product(setting, scale.square))
    peak = max(plain)
    return {
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
        "torch": torch.__version__,
        "shape": name,
        "precision": str(dtype).removeprefix("torch."),
        "flash_attention": takes_flash(torch.empty(1, 128, device=device, dtype=dtype)),
        "frames_per_second": {str(k): round(rate, 3) for k, rate in rates.items()},
        "peak_percent": round(100 * rates[TARGET] * model.needed(TARGET) / peak, 2),
        "peak_percent_at": {
            str(k): round(100 * rate * model.needed(k) / peak, 2) for k, rate in rates.items()
        },
        "plain_product_tflops": round(peak / 1e12, 3),
        "teraflop_a_frame": {str(k): round(model.needed(k) / 1e12, 4) for k in POLICIES},
        "rows_speedup": round(rates[TARGET] / alone, 3),
        "step_ms": round(steps, 3),
        **{key: float(f"{value:.3g}") for key, value in error.items()},
    }


class Measured:
    """One guard, asked in direct mode about batches of frames."""

    def __init__(self, setting: Setting, scale: Scale) -> None:
        """Its weights are widened after the oracle has had them."""
        self.setting, self.scale, self.shape = setting, scale, setting.shape
        self.text = setting.guard.language_model
        self.direct = DeviceForward(self.text, self.shape, (BEFORE, AFTER), 0)
        self.tokens = scale.tokens

    def needed(self, policies: int) -> int:
        """Operations a frame."""
        return operations.frame(self.shape, self.direct.prefix_length, policies, self.tokens)

    def batch(self, policies: int) -> int:
        """Frames that fill a pass."""
        return max(1, min(self.scale.frames_max, TOKENS_MAX // (policies * self.tokens)))

    def rate(self, policies: int) -> float:
        """Frames per second, from bytes in memory to scores in memory."""
        count = self.batch(policies)
        frames = random_frames(self.shape, count)
        asked = random_prompts(self.shape, [self.tokens] * policies) * count
        frame_of = [number // policies for number in range(len(asked))]

        def work() -> None:
            prefixes = self.direct.prefill(self.look(frames))
            scores(self.direct.start(prefixes, frame_of, asked).logits.values)

        say(f"{policies} policies, batches of {count} frames")
        return count / self.seconds(work)

    def rate_alone(self, policies: int) -> float:
        """Frames per second with one whole prompt a policy, the picture encoded once a frame."""
        count = self.batch(policies)
        frames = random_frames(self.shape, count)
        asked = random_prompts(self.shape, [self.tokens] * policies)

        def work() -> None:
            seen = self.look(frames)
            for prompt in asked:
                prefixes = self.direct.prefill(seen)
                found = self.direct.start(prefixes, [*range(count)], [prompt] * count)
                scores(found.logits.values)

        say(f"{policies} calls, each with its own prefix")
        return count / self.seconds(work)

    def step_ms(self, policies: int) -> float:
        """One token more of every row of a few frames."""
        count = min(8, self.scale.frames_max)
        asked = random_prompts(self.shape, [self.tokens] * policies) * count
        way = DeviceForward(self.text, self.shape, (BEFORE, AFTER), (1 + ROUNDS) * STEPS)
        prefixes = way.prefill(self.look(random_frames(self.shape, count)))
        rows = way.start(prefixes, [number // policies for number in range(len(asked))], asked)

        def work() -> None:
            for _ in range(STEPS):
                way.step(rows, rows.logits.argmax(-1))

        say(f"steps of {len(asked)} rows")
        return 1000 * self.seconds(work) / STEPS

    def errors(self) -> dict[str, float]:
        """Against transformers' class in float32, with whole prompts; the spread of its logits."""
        say("the oracle: transformers in float32")
        frames = random_frames(self.shape, 2).to(self.setting.device)
        lengths = [min(n, self.tokens + 30) for n in ERROR_LENGTHS]
        prompts, model = random_prompts(self.shape, lengths), oracle(self.setting)
        way = DeviceForward(self.text, self.shape, (BEFORE, AFTER), STEPS)
        pairs = [(frame, row) for frame in range(len(frames)) for row in range(len(prompts))]
        want = [said_by(model, self.shape, frames[t], prompts[p]) for t, p in pairs]
        widen(self.setting.guard.visual)
        prefixes = way.prefill(see(self.setting.guard.visual, frames))
        rows = way.start(prefixes, [t for t, _ in pairs], [prompts[p] for _, p in pairs])
        got = [torch.from_numpy(rows.logits[i]).to(frames.device) for i in range(len(pairs))]
        tokens = rows.logits.argmax(-1)
        way.step(rows, tokens)
        longer = [[*prompts[p], int(tokens[i])] for i, (_, p) in enumerate(pairs)]
        then = [said_by(model, self.shape, frames[t], longer[i]) for i, (t, _) in enumerate(pairs)]
        after = [torch.from_numpy(rows.logits[i]).to(frames.device) for i in range(len(pairs))]
        return {
            "max_logit_error": farthest(got, want),
            "max_step_error": farthest(after, then),
            "logit_spread": float(torch.stack(want).std()),
        }

    def look(self, frames: Tensor) -> tuple[Tensor, Tensor | None]:
        """Image tokens of frames in memory."""
        return see(self.setting.guard.visual, frames.to(self.setting.device))

    def seconds(self, work: Callable[[], None]) -> float:
        """The middle of some rounds after one that counts for nothing."""
        work()
        return sorted(timed(work, self.setting.device) for _ in range(ROUNDS))[ROUNDS // 2]


def scores(logits: Tensor) -> Tensor:
    """What a guard answers: the share of one answer in both, and their mass, in memory."""
    odds = logits.softmax(-1)[:, list(ANSWERS)]
    return torch.stack((odds[:, 1] / odds.sum(-1), odds.sum(-1))).cpu()


def farthest(got: list[Tensor], want: list[Tensor]) -> float:
    """The largest difference of all logits."""
    return max(float((a - b).abs().max()) for a, b in zip(got, want, strict=True))


def timed(work: Callable[[], None], device: torch.device) -> float:
    """Seconds, the device's included."""
    settle(device)
    began = time.perf_counter()
    work()
    settle(device)
    return time.perf_counter() - began


def settle(device: torch.device) -> None:
    """Until everything that was begun on the device is done."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def plain_product(setting: Setting, side: int) -> float:
    """Operations per second of one square matrix product, the best of several."""
    left, right = (
        torch.randn(side, side, device=setting.device, dtype=setting.dtype) for _ in range(2)
    )

    def work() -> None:
        for _ in range(10):
            torch.mm(left, right)

    work()
    return 10 * 2 * side**3 / min(timed(work, setting.device) for _ in range(5))
