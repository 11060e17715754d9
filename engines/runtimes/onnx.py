"""Run an ONNX graph with ONNX Runtime, on the processor; what laptops, tests and the demo use.

Outputs can be written over their inputs, so that a cache of keys is never copied.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from engines.errors import EngineError, RuntimeShapeError

from . import Array, Port, check

PROVIDER = "CPUExecutionProvider"
LOAD_ERRORS = (  # they have no public base class
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoSuchFile,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)
SAID_MAX = 300  # characters of the library's own words
DTYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(int64)": "int64",
    "tensor(bool)": "bool",
}


class OnnxRuntime:
    """One graph file, loaded."""

    def __init__(self, graph: Path, *, threads: int = 1) -> None:
        """Load a graph; weights it points to lie beside it.

        raises: EngineError if ONNX Runtime cannot load it
        """
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.enable_cpu_mem_arena = False  # no pool that only grows
        try:
            self._session = ort.InferenceSession(str(graph), options, providers=[PROVIDER])
        except LOAD_ERRORS as error:
            said = f"ONNX Runtime {ort.__version__} cannot load {graph}: {str(error)[:SAID_MAX]}"
            raise EngineError(said) from error
        self.inputs = tuple(_port(node) for node in self._session.get_inputs())
        self.outputs = tuple(_port(node) for node in self._session.get_outputs())

    def run(
        self, inputs: Mapping[str, Array], into: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        """See `Runtime.run`."""
        into = into or {}
        check(self.inputs, inputs)
        binding = self._session.io_binding()
        for name, array in inputs.items():
            binding.bind_input(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
        rest = [port.name for port in self.outputs if port.name not in into]
        check(tuple(port for port in self.outputs if port.name in into), into)
        for name, array in into.items():
            binding.bind_output(name, "cpu", 0, array.dtype, array.shape, array.ctypes.data)
        for name in rest:
            binding.bind_output(name, "cpu")
        self._session.run_with_iobinding(binding)
        values = dict(zip([*into, *rest], binding.get_outputs(), strict=True))
        return {name: np.asarray(values[name].numpy()) for name in rest}


def _port(node: ort.NodeArg) -> Port:
    if node.type not in DTYPES:
        raise RuntimeShapeError(f"{node.name}: {node.type} is none of {sorted(DTYPES)}")
    return Port(node.name, DTYPES[node.type], tuple(node.shape))
