"""The shipped graphs say what torch says with the shipped weights."""

from pathlib import Path

import pytest
from safetensors.torch import load_file
from tokenizers import Tokenizer

from engines.manifest import Manifest
from engines.safeguard.model import SafeGuard
from engines.safeguard.parts import TOKENIZER, WEIGHTS
from engines.safeguard.shape import Shape
from retrain.build import exported_parts, reference_parts
from retrain.parity import parity
from retrain.testsets import SETS, build

pytestmark = pytest.mark.torch
DEMO = Path(__file__).parents[2] / "engines" / "weights" / "safeguard-demo"


def shipped(manifest: Manifest) -> SafeGuard:
    guard = SafeGuard(Shape.from_dict(manifest.shape)).eval()
    named = load_file(DEMO / WEIGHTS)
    guard.load_state_dict({name.removeprefix("model."): named[name] for name in named})
    return guard


def test_logits_words_and_traces_are_the_same() -> None:
    manifest = Manifest.load(DEMO)
    tokenizer = Tokenizer.from_file(str(DEMO / TOKENIZER))
    reference = reference_parts(shipped(manifest), tokenizer)
    pairs, frames = build(SETS[0], 10)
    texts = [pair.text for pair in pairs for _ in pair.scenes]
    apart = parity(manifest, exported_parts(DEMO), reference, frames, texts)
    assert apart["logit_difference_max"] <= 1e-4
    assert apart["same_word"] == apart["same_trace"] == apart["frames"] == 20
