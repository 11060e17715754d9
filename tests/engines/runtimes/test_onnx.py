"""The runtime refuses what its graph does not take, and writes in place where asked."""

from pathlib import Path

import numpy as np
import pytest

from engines.errors import EngineError, RuntimeShapeError
from engines.runtimes import Array
from engines.runtimes.onnx import OnnxRuntime
from engines.safeguard.parts import DECODER
from tests.engines.safeguard.test_guard import DEMO

RUNTIME = OnnxRuntime(DEMO / DECODER)


def inputs(batch: int = 2, new: int = 3) -> dict[str, Array]:
    sizes = {"batch": batch, "new": new}
    arrays = {
        port.name: np.zeros([sizes[n] if isinstance(n, str) else n for n in port.shape], port.dtype)
        for port in RUNTIME.inputs
    }
    arrays["input_embeds"] += np.random.default_rng(0).standard_normal(
        arrays["input_embeds"].shape, np.float32
    )
    return arrays


def test_caches_are_written_in_place() -> None:
    arrays, apart = inputs(), RUNTIME.run(inputs())
    into = {port.name: arrays[port.name.removesuffix("_out")] for port in RUNTIME.outputs[1:]}
    logits = RUNTIME.run(arrays, into)
    assert [*logits] == ["logits"] and (logits["logits"] == apart["logits"]).all()
    assert arrays["key_0"][:, :, :3].any() and (arrays["key_0"] == apart["key_0_out"]).all()


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("gather", np.zeros(2, np.int32), "gather: expected contiguous int64"),
        ("gather", np.zeros(3, np.int64), "got int64 \\(3,\\)"),
        ("input_embeds", np.zeros((2, 3, 64), np.float32), "input_embeds: expected"),
        ("surplus", np.zeros(2, np.float32), "'surplus'"),
    ],
)
def test_arrays_that_do_not_fit_are_named(name: str, array: Array, message: str) -> None:
    with pytest.raises(RuntimeShapeError, match=message):
        RUNTIME.run(inputs() | {name: array})


def test_a_file_that_is_no_graph_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no graph")
    with pytest.raises(EngineError, match=r"broken\.onnx"):
        OnnxRuntime(tmp_path / "broken.onnx")
