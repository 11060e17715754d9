"""Write the guard's two graphs as ONNX files that hold no weights, only where each one lies.

For export only: needs torch and onnx. The modules are traced without any weight in memory; every
weight is a tensor of the model.safetensors beside the graphs, under its published name and in its
own layout (ONNX external data: location, offset, length).
Differences from a plain torch export: 1) TensorScatter and Attention are emitted by name; 2) S_max
is static, batch and length are not; 3) transposes of weights stay in the graph and are folded when
the runtime loads it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import onnx_ir as ir
import onnxscript.optimizer
import torch
from onnx_ir.passes.common import ClearMetadataAndDocStringPass
from onnxscript.onnx_opset import opset24 as op
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode

from .deepstack import deep_places
from .model import Decoder, tower
from .names import stock_name
from .ports import decoder_ports, vision_ports
from .shape import Shape
from .vision import turns
from .weights import DTYPES, Place, places

OPSET = 24
SIZE_MAX = 1 << 16  # of a dynamic dimension
IR_TYPES = {"F32": ir.DataType.FLOAT, "F16": ir.DataType.FLOAT16, "BF16": ir.DataType.BFLOAT16}


def _scatter_kv(cache: Any, update: Any, write_indices: Any) -> Any:
    return op.TensorScatter(cache, update, write_indices, axis=-2, mode="linear")


def _attend(query: Any, key: Any, value: Any, mask: Any) -> Any:
    return op.Attention(query, key, value, mask)[0]


def _add_seen(x: Any, seen: Any) -> Any:
    return op.Add(x, seen)


TRANSLATIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    torch.ops.safeguard.scatter_kv.default: _scatter_kv,
    torch.ops.safeguard.attend.default: _attend,
    torch.ops.safeguard.add_seen.default: _add_seen,
}


@dataclass(frozen=True)
class Weights:
    """A model.safetensors whose tensors all have one precision."""

    path: Path

    def stored(self) -> dict[str, Place]:
        """Where each tensor lies."""
        return places(self.path)

    @property
    def dtype(self) -> str:
        """Its precision, by numpy's and torch's name. raises: ValueError if there are several."""
        found = {place.dtype for place in self.stored().values()}
        if len(found) != 1:
            raise ValueError(f"{self.path} must have one precision, has {sorted(found)}")
        return DTYPES[found.pop()]


def write_decoder(shape: Shape, s_max: int, path: Path, weights: Weights) -> None:
    """Export one bucket's decoder graph."""
    inputs, outputs = decoder_ports(shape, s_max, weights.dtype)
    sizes = {"batch": 3, "new": 5, "seen": 7}
    dims = {name: torch.export.Dim(name, min=1, max=SIZE_MAX) for name in sizes}
    with _weightless(weights.dtype):
        examples: list[Tensor] = []
        dynamic: list[dict[int, Any]] = []
        for port in inputs:
            example = [size if isinstance(size, int) else sizes[size] for size in port.shape]
            examples.append(torch.zeros(example, dtype=getattr(torch, port.dtype)))
            dynamic.append({i: dims[n] for i, n in enumerate(port.shape) if isinstance(n, str)})
        program = torch.onnx.export(
            Decoder(shape.text).eval(),
            tuple(examples),
            dynamo=True,
            optimize=False,
            opset_version=OPSET,
            custom_translation_table=TRANSLATIONS,
            dynamic_shapes=(*dynamic[:4], tuple(dynamic[4:])),
            input_names=[port.name for port in inputs],
            output_names=[port.name for port in outputs],
            verbose=False,
        )
    _write(program, "language_model.", path, weights, {})


def write_vision(shape: Shape, path: Path, weights: Weights) -> None:
    """Export the vision graph of the bucket."""
    (pixels,), outputs = vision_ports(shape, weights.dtype)
    frames = torch.export.Dim("frames", min=1, max=SIZE_MAX)
    with _weightless(weights.dtype):
        example = torch.zeros(2 * shape.vision.patches, shape.vision.features, dtype=torch.float32)
        program = torch.onnx.export(
            tower(shape).eval(),
            (example,),
            dynamo=True,
            optimize=False,
            opset_version=OPSET,
            dynamic_shapes=({0: shape.vision.patches * frames},),
            input_names=[pixels.name],
            output_names=[port.name for port in outputs],
            verbose=False,
        )
    places_of = deep_places if shape.vision.table else turns
    constants = places_of(shape.vision, getattr(torch, weights.dtype))
    _write(program, "visual.", path, weights, constants)


@contextmanager
def _weightless(dtype: str) -> Iterator[None]:
    """Tensors made in here have a shape and a precision and no data."""
    before = torch.get_default_dtype()
    with FakeTensorMode(allow_non_fake_inputs=True):
        torch.set_default_dtype(getattr(torch, dtype))
        try:
            yield
        finally:
            torch.set_default_dtype(before)


def _write(
    program: Any, prefix: str, path: Path, weights: Weights, constants: Mapping[str, Tensor]
) -> None:
    """Optimise without the weights' bytes, so that none is folded, then say where they lie."""
    stored = weights.stored()
    initializers = program.model.graph.initializers
    for name, value in initializers.items():
        if stock_name(prefix + name) in stored or name in constants:
            value.const_value = None
    onnxscript.optimizer.optimize(program.model)
    for name, value in initializers.items():
        place = stored.get(stock_name(prefix + name))
        if place is not None:
            value.const_value = _external(name, place, weights.path)
        elif name in constants:
            value.const_value = ir.tensor(constants[name], name=name)
    ClearMetadataAndDocStringPass()(program.model)  # stack traces with this machine's paths
    onnx.save(ir.to_proto(program.model), path)
    onnx.checker.check_model(str(path), full_check=True)


def _external(name: str, place: Place, path: Path) -> ir.ExternalTensor:
    return ir.ExternalTensor(
        path.name,
        place.offset,
        place.length,
        IR_TYPES[place.dtype],
        shape=ir.Shape(place.shape),
        name=name,
        base_dir=str(path.parent),
    )
