"""Write the guard's two graphs as ONNX files that hold no weights, only where each one lies.

For export only: needs torch and onnx. Every weight is a tensor of the model.safetensors beside the
graphs, under its own name and in its own layout (ONNX external data: location, offset, length).
Differences from a plain torch export: 1) TensorScatter and Attention are emitted by name; 2) S_max
is static, batch and length are not; 3) transposes of weights stay in the graph and are folded when
the runtime loads it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import onnx_ir as ir
import onnxscript.optimizer
import torch
from onnx_ir.passes.common import ClearMetadataAndDocStringPass
from onnxscript.onnx_opset import opset24 as op
from torch import Tensor, nn

from .model import Decoder
from .ports import decoder_ports, vision_ports
from .shape import Shape
from .vision import Vision
from .weights import places

OPSET = 24
SIZE_MAX = 1 << 16  # of a dynamic dimension


def _scatter_kv(cache: Any, update: Any, write_indices: Any) -> Any:
    return op.TensorScatter(cache, update, write_indices, axis=-2, mode="linear")


def _attend(query: Any, key: Any, value: Any, mask: Any) -> Any:
    return op.Attention(query, key, value, mask)[0]


TRANSLATIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    torch.ops.safeguard.scatter_kv.default: _scatter_kv,
    torch.ops.safeguard.attend.default: _attend,
}


def write_decoder(decoder: Decoder, shape: Shape, s_max: int, path: Path, weights: Path) -> None:
    """Export one bucket's decoder graph."""
    inputs, outputs = decoder_ports(shape, s_max)
    sizes = {"batch": 3, "new": 5}
    dims = {name: torch.export.Dim(name, min=1, max=SIZE_MAX) for name in sizes}
    examples: list[Tensor] = []
    dynamic: list[dict[int, Any]] = []
    for port in inputs:
        example = [size if isinstance(size, int) else sizes[size] for size in port.shape]
        examples.append(torch.zeros(example, dtype=getattr(torch, port.dtype)))
        dynamic.append({i: dims[n] for i, n in enumerate(port.shape) if isinstance(n, str)})
    program = torch.onnx.export(
        decoder.eval(),
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
    _write(program, "model.language_model.", path, weights)


def write_vision(vision: Vision, shape: Shape, path: Path, weights: Path) -> None:
    """Export the vision graph of the bucket."""
    (pixels,), (embeds,) = vision_ports(shape)
    frames = torch.export.Dim("frames", min=1, max=SIZE_MAX)
    program = torch.onnx.export(
        vision.eval(),
        (torch.zeros(2 * shape.vision.patches, shape.vision.features),),
        dynamo=True,
        optimize=False,
        opset_version=OPSET,
        dynamic_shapes=({0: shape.vision.patches * frames},),
        input_names=[pixels.name],
        output_names=[embeds.name],
        verbose=False,
    )
    _write(program, "model.visual.", path, weights)


def _write(program: Any, prefix: str, path: Path, weights: Path) -> None:
    """Optimise without the weights' bytes, so that none is folded, then say where they lie."""
    stored = places(weights)
    initializers = program.model.graph.initializers
    named = {name: value for name, value in initializers.items() if prefix + name in stored}
    for value in named.values():
        value.const_value = None
    onnxscript.optimizer.optimize(program.model)
    for name, value in initializers.items():
        if name not in named:
            continue
        place = stored[prefix + name]
        value.const_value = ir.ExternalTensor(
            weights.name,
            place.offset,
            place.length,
            ir.DataType.FLOAT,
            shape=ir.Shape(place.shape),
            name=name,
            base_dir=str(weights.parent),
        )
    ClearMetadataAndDocStringPass()(program.model)  # stack traces with this machine's paths
    onnx.save(ir.to_proto(program.model), path)
    onnx.checker.check_model(str(path), full_check=True)


def parameters(*modules: tuple[str, nn.Module]) -> dict[str, Tensor]:
    """All stored tensors under transformers' names; each pair is a prefix and its module."""
    return {
        prefix + name: tensor.detach().contiguous()
        for prefix, module in modules
        for name, tensor in module.state_dict().items()
    }
