"""The files of an engine are of the shape that its manifest says, or the file is named."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from engines.errors import EngineError
from engines.manifest import Manifest
from engines.safeguard.parts import Parts, check_manifest, check_parts, graph_parts, load_parts
from engines.safeguard.shape import Shape

DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"


@cache
def loaded() -> tuple[Parts, Shape, int]:
    manifest = Manifest.load(DEMO)
    shape = Shape.from_dict(manifest.shape)
    return graph_parts(DEMO, 1), shape, manifest.s_max


def other(part: str, **changes: int) -> Shape:
    """The shape with other numbers in it."""
    numbers = loaded()[1].as_dict()
    numbers[part] |= changes
    return Shape.from_dict(numbers)


def narrower() -> Shape:
    """Numbers that agree with each other."""
    shape = loaded()[1]
    return replace(shape, text=replace(shape.text, width=64, sections=(2, 3, 3)))


def test_the_shipped_files_are_of_their_manifests_shape() -> None:
    check_parts(DEMO, *loaded())


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (
            lambda: other("text", layers=1),
            r"decoder\.onnx is not of the manifest's shape: expected .*found",
        ),
        (lambda: other("text", kv_heads=1), r"decoder\.onnx"),
        (lambda: other("text", vocabulary=9), r"decoder\.onnx .*'logits', 'float32', 'any x 9'"),
        (narrower, r"vision\.onnx .*'embeds'"),
        (lambda: other("vision", side=64), r"vision\.onnx"),
        (lambda: other("vision", patch=4), r"vision\.onnx .*'pixels'"),
    ],
)
def test_graphs_of_another_shape_are_refused(shape: Callable[[], Shape], message: str) -> None:
    parts, _, s_max = loaded()
    with pytest.raises(EngineError, match=message):
        check_parts(DEMO, parts, shape(), s_max)


def test_a_decoder_of_another_bucket_is_refused() -> None:
    parts, shape, s_max = loaded()
    with pytest.raises(EngineError, match=rf"any x \d+ x {2 * s_max} x .*found .* x {s_max} x"):
        check_parts(DEMO, parts, shape, 2 * s_max)


def test_a_table_of_another_size_or_dtype_is_refused() -> None:
    parts, shape, s_max = loaded()
    cut = replace(parts, embeddings=parts.embeddings[:-1])
    with pytest.raises(EngineError, match=r"model\.safetensors: model\.language_model\.embed"):
        check_parts(DEMO, cut, shape, s_max)
    half = replace(parts, embeddings=parts.embeddings.astype(np.float16))
    with pytest.raises(EngineError, match=r"vision\.onnx .*float16.*found .*float32"):
        check_parts(DEMO, half, shape, s_max)


def test_a_tokenizer_with_more_words_than_the_model_is_refused() -> None:
    parts, shape, s_max = loaded()
    bigger = replace(parts, tokenizer=load_parts(DEMO, "onnxruntime", 1).tokenizer)
    bigger.tokenizer.add_tokens([f"word-{n}" for n in range(9)])
    with pytest.raises(EngineError, match=r"tokenizer\.json has \d+ tokens, the model \d+"):
        check_parts(DEMO, bigger, shape, s_max)


def test_a_precision_that_onnx_runtime_cannot_be_handed_is_refused() -> None:
    half = replace(Manifest.load(DEMO), precision="bfloat16")
    with pytest.raises(EngineError, match=r"'bfloat16' for onnxruntime, expected float32 or float"):
        check_manifest(DEMO, half)
    with pytest.raises(EngineError, match="precision is 'bfloat16', expected 'float32'"):
        check_manifest(DEMO, replace(half, runtime="torch"))  # torch could, and the file has others
