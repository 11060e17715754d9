"""Prompts through the graphs of a published-style checkpoint give what transformers gives."""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from engines.manifest import Mode
from engines.safeguard.guard import Guard
from engines.safeguard.modes import ASKINGS, mode_of
from engines.safeguard.pixels import patchify
from engines.safeguard.prompt import IMAGE_TOKEN, Prompt

from .byte_pairs import byte_pairs, token
from .talkative import TRACE, Talkative, export, talkative

pytestmark = pytest.mark.torch

POLICIES = (
    "No guns.",
    "No Knives at all, please!",
    "Cats are fine;\nnothing else is.",
    "Ü: いいえ",
)
THINKS = {"rl": True, "readme": False}
WORDS = {  # how each way says safe and unsafe
    "rl": (("yes", "Yes", " yes", " Yes"), ("no", "No", " no", " No")),
    "readme": (("safe", "Safe", " safe", " Safe"), ("unsafe", " unsafe", " Unsafe")),
}
STEPS = 16


@pytest.fixture(scope="module")
def tmp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("talkative")


@cache
def made(name: str, tmp: Path) -> Talkative:
    return talkative(tmp / name, thinks=THINKS[name])


def mode(name: str) -> Mode:
    found = mode_of(ASKINGS[name], byte_pairs(), "qwen2_5_vl")
    return replace(found, trace_max_tokens=min(found.trace_max_tokens, STEPS))


@cache
def guard(name: str, precision: str, tmp: Path) -> Guard:
    (tmp / precision).mkdir(exist_ok=True)
    return Guard.load(export(made(name, tmp), mode(name), precision, tmp / precision / name))


def frames() -> NDArray[np.uint8]:
    noise = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3))
    grey = np.broadcast_to(np.array([10, 200]).reshape(2, 1, 1, 1), (2, 96, 96, 3))
    return np.concatenate((noise, grey)).astype(np.uint8)


@dataclass(frozen=True)
class Oracle:
    """transformers, asked about one picture under one policy."""

    model: Any
    given: dict[str, Tensor]

    @classmethod
    def ask(cls, made: Talkative, name: str, frame: NDArray[np.uint8], policy: str) -> "Oracle":
        vision, pad = made.shape.vision, token(IMAGE_TOKEN)
        prompt = Prompt(mode(name), byte_pairs())
        row = [*prompt.before, *[pad] * vision.tokens, *prompt.after, *prompt.row(policy)]
        pictures = {
            "pixel_values": torch.from_numpy(patchify(frame[None], vision)),
            "image_grid_thw": torch.tensor([[1, vision.grid, vision.grid]]),
        }
        return cls(made.model, pictures | {"input_ids": torch.tensor([row])})

    def said(self) -> str:
        """What it generates, greedily."""
        given = self._with([])
        ends = {"eos_token_id": token("<|im_end|>"), "pad_token_id": 0}
        ids = self.model.generate(**given, **ends, do_sample=False, max_new_tokens=STEPS)
        return byte_pairs().decode(ids[0, given["input_ids"].shape[1] :].tolist(), False)

    @torch.no_grad()
    def odds(self, *said: int) -> Tensor:
        """The distribution of what comes behind these words, (V,)."""
        logits: Tensor = self.model(**self._with([*said])).logits
        return logits[0, -1].softmax(-1)

    def _with(self, said: list[int]) -> dict[str, Tensor]:
        ids = torch.cat((self.given["input_ids"], torch.tensor([said], dtype=torch.long)), 1)
        kinds = (ids == token(IMAGE_TOKEN)).int()
        same = {"attention_mask": torch.ones_like(ids), "mm_token_type_ids": kinds}
        return self.given | same | {"input_ids": ids}


def shares(oracle: Oracle, name: str) -> list[float]:
    """P(safe) and P(unsafe): every way of saying them, multiplied out."""
    said = byte_pairs().encode(TRACE).ids if THINKS[name] else []
    closing = oracle.odds(*said)
    odds = oracle.odds(*said, token(">")) * closing[token(">")] if THINKS[name] else closing
    found = [float(sum(odds[token(word)] for word in words)) for words in WORDS[name]]
    if THINKS[name]:
        found[1] += float(closing[token(">No")])
    return found


@pytest.mark.parametrize("name", THINKS)
@pytest.mark.parametrize(("precision", "apart"), [("float32", 1e-5), ("float16", 5e-3)])
def test_scores_are_those_of_transformers(
    name: str, precision: str, apart: float, tmp: Path
) -> None:
    answers = guard(name, precision, tmp).score(frames(), POLICIES)
    for frame, row in zip(frames(), answers, strict=True):
        for policy, answer in zip(POLICIES, row, strict=True):
            safe, unsafe = shares(Oracle.ask(made(name, tmp), name, frame, policy), name)
            assert safe + unsafe > 0.9
            assert answer.score == pytest.approx(unsafe / (safe + unsafe), abs=apart)
            assert answer.word == ("unsafe" if answer.score > 0.5 else "safe")
    assert {answer.word for row in answers for answer in row} == {"safe", "unsafe"}


@pytest.mark.parametrize("name", THINKS)
def test_texts_are_those_that_transformers_generates(name: str, tmp: Path) -> None:
    form = r"<think>(.*)</think>\s*<answer>\s*(?:yes|no)" if THINKS[name] else r"()(?:un)?safe"
    (answers,) = guard(name, "float32", tmp).score(frames()[:1], POLICIES)
    for policy, answer in zip(POLICIES, answers, strict=True):
        said = Oracle.ask(made(name, tmp), name, frames()[0], policy).said()
        match = re.match(form, said, re.S | re.I)
        assert match is not None, said
        assert answer.rationale == match[1].strip()
        if not THINKS[name]:
            assert answer.word == match[0]
