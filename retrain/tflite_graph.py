"""Turn a TensorFlow Lite file into plain operators and numpy constants, without TensorFlow.

Float models alone: DEQUANTIZE and DENSIFY of constants are done here, once, so that what is left
are operators on float arrays. Needs the package `tflite` (the file format's own schema).
Source: tensorflow/lite/schema/schema.fbs; sparse tensors as its `SparsityParameters` describe.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import tflite  # type: ignore[import-not-found]
from numpy.typing import NDArray

Array = NDArray[Any]
DTYPES = {0: np.float32, 1: np.float16, 2: np.int32}  # tflite.TensorType
NAMES = {code: name for name, code in vars(tflite.BuiltinOperator).items() if name[0].isupper()}
_CONSTANT = ("DEQUANTIZE", "DENSIFY")


@dataclass(frozen=True)
class Operator:
    """One operator; inputs and outputs are numbers of tensors."""

    name: str
    inputs: tuple[int, ...]
    output: int
    options: Any  # the schema's table of this operator


class TfliteGraph:
    """The first subgraph of a file."""

    def __init__(self, path: Path) -> None:
        """Read it whole."""
        self._model = tflite.Model.GetRootAsModel(path.read_bytes(), 0)
        self._graph = self._model.Subgraphs(0)
        self.inputs = self._graph.InputsAsNumpy().tolist()
        self.outputs = self._graph.OutputsAsNumpy().tolist()

    @cached_property
    def constants(self) -> dict[int, Array]:
        """What the file holds, by tensor; weights dense, as they were stored (float16)."""
        held = {
            number: self._constant(number)
            for number in range(self._graph.TensorsLength())
            if self._model.Buffers(self._graph.Tensors(number).Buffer()).DataLength()
        }
        for operator in self._all():
            if operator.name in _CONSTANT and operator.inputs[0] in held:
                held[operator.output] = held[operator.inputs[0]]
        return held

    @property
    def operators(self) -> list[Operator]:
        """What is computed, in order."""
        return [one for one in self._all() if one.output not in self.constants]

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Sizes; TensorFlow's order of dimensions."""
        return tuple(self._graph.Tensors(tensor).ShapeAsNumpy().tolist())

    def _all(self) -> list[Operator]:
        return [
            self._operator(self._graph.Operators(i)) for i in range(self._graph.OperatorsLength())
        ]

    def _operator(self, found: Any) -> Operator:
        code = self._model.OperatorCodes(found.OpcodeIndex())
        name = NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        kind = {"DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions", "CONV_2D": "Conv2DOptions"}.get(
            name, "".join(word.title() for word in name.split("_")) + "Options"
        )
        options, table = getattr(tflite, kind, None), found.BuiltinOptions()
        if options and table:
            options = options()
            options.Init(table.Bytes, table.Pos)
        inputs = tuple(number for number in found.InputsAsNumpy().tolist() if number >= 0)
        return Operator(name, inputs, int(found.OutputsAsNumpy()[0]), options)

    def _constant(self, number: int) -> Array:
        tensor = self._graph.Tensors(number)
        raw = self._model.Buffers(tensor.Buffer()).DataAsNumpy()
        values = np.frombuffer(raw.tobytes(), DTYPES[tensor.Type()])
        if tensor.Sparsity():
            return dense(values, tensor.Sparsity(), self.shape(number))
        return values.reshape(self.shape(number))


def dense(values: Array, sparsity: Any, shape: tuple[int, ...]) -> Array:
    """Put each stored value at its place; the rest is 0. Blocks are refused."""
    if sparsity.BlockMapLength():
        raise ValueError(f"blocks of sparse values are not read, {sparsity.BlockMapLength() = }")
    places: list[tuple[int, ...]] = [()]
    for level in range(sparsity.DimMetadataLength()):
        places = _level(places, sparsity.DimMetadata(level))
    order = sparsity.TraversalOrderAsNumpy().tolist()
    whole = np.zeros(shape, values.dtype)
    for place, value in zip(places, values, strict=True):
        whole[tuple(place[order.index(axis)] for axis in range(len(shape)))] = value
    return whole


def _level(above: list[tuple[int, ...]], axis: Any) -> list[tuple[int, ...]]:
    if axis.Format() == tflite.DimensionType.DENSE:
        return [(*place, i) for place in above for i in range(axis.DenseSize())]
    starts = _whole_numbers(axis.ArraySegments(), axis.ArraySegmentsType())
    indices = _whole_numbers(axis.ArrayIndices(), axis.ArrayIndicesType())
    return [
        (*place, indices[i])
        for number, place in enumerate(above)
        for i in range(starts[number], starts[number + 1])
    ]


def _whole_numbers(table: Any, kind: int) -> list[int]:
    vectors = {1: tflite.Int32Vector, 2: tflite.Uint16Vector, 3: tflite.Uint8Vector}
    vector = vectors[kind]()
    vector.Init(table.Bytes, table.Pos)
    numbers: list[int] = vector.ValuesAsNumpy().tolist()
    return numbers
