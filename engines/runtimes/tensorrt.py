"""Execute a TensorRT plan on a CUDA device: caches stay there, the step is a captured graph.

Written against `tensorrt` 11; `tensorrt_rtx` has the same interface. It never builds: plan.py does.
Caches are updated in place: an output that the plan aliases to its input has the input's address.
Differences from the other runtimes: 1) arrays that are written over their inputs are copied to the
device at a call's beginning and back at its end, unless they are `DeviceArray`s; 2) bfloat16 goes
in and comes out as 16 bits, which numpy knows as uint16.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engines.errors import EngineError, RuntimeShapeError

from . import Array, Port, check
from .cuda import Device, DeviceArray
from .plan import library

STEP, PREFILL = 0, 1  # profiles, in the order in which they were built
Held = Array | DeviceArray
Shapes = tuple[tuple[str, tuple[int, ...], int], ...]


class TensorRtRuntime:
    """One plan, loaded."""

    def __init__(
        self, plan: Path, inputs: tuple[Port, ...], outputs: tuple[Port, ...], name: str
    ) -> None:
        """The ports are the graph's; `name` is `tensorrt` or `tensorrt_rtx`.

        raises: EngineError if this library or this GPU cannot run the plan
        """
        trt = library(name)
        self.inputs, self.outputs = tuple(map(_for_numpy, inputs)), tuple(map(_for_numpy, outputs))
        self.device = Device()
        self._logger = trt.Logger(trt.Logger.WARNING)
        self._runtime = trt.Runtime(self._logger)
        self._engine = self._runtime.deserialize_cuda_engine(plan.read_bytes())
        if self._engine is None:  # no exception
            raise EngineError(f"{name} {trt.__version__} on this GPU cannot load {plan}")
        self._contexts = [
            self._context(number) for number in range(self._engine.num_optimization_profiles)
        ]
        self._staged: dict[tuple[str, tuple[int, ...]], DeviceArray] = {}
        self._steps: dict[Shapes, Any] = {}  # captured

    def _context(self, number: int) -> Any:
        context = self._engine.create_execution_context()
        if context is None or not context.set_optimization_profile_async(
            number, self.device.stream
        ):
            raise EngineError(f"TensorRT gave no context for profile {number}")
        return context

    def run(
        self, inputs: Mapping[str, Held], into: Mapping[str, Held] | None = None
    ) -> dict[str, Array]:
        """See `Runtime.run`; arrays may lie on the device."""
        self._check(inputs)
        given = {name: self._on_device(name, array) for name, array in inputs.items()}
        bound = given | {name: self._output(name, given) for name in self._output_names()}
        self._execute(bound, step=self._is_step(given))
        for name, array in (into or {}).items():
            if isinstance(array, np.ndarray):
                array[...] = bound[name].read()
        self.device.wait()
        return {name: bound[name].read() for name in self._output_names() - set(into or {})}

    def _check(self, inputs: Mapping[str, Held]) -> None:
        """Refuse what does not fit; arrays on the device were made by whoever knows the ports."""
        here = {name: a for name, a in inputs.items() if isinstance(a, np.ndarray)}
        there = {name for name in inputs if name not in here}
        check(tuple(port for port in self.inputs if port.name not in there), here)

    def _execute(self, bound: dict[str, DeviceArray], *, step: bool) -> None:
        """One call; the second and later steps of the same shapes and places are launched."""
        names = sorted(bound)
        key = tuple((name, bound[name].shape, bound[name].address) for name in names)
        if step and key in self._steps:
            self.device.launch(self._steps[key])
            return
        context = self._contexts[STEP if step else min(PREFILL, len(self._contexts) - 1)]
        for name, array in bound.items():
            if name in {port.name for port in self.inputs}:
                if not context.set_input_shape(name, array.shape):
                    raise RuntimeShapeError(f"{name}: no profile takes {array.shape}")
            context.set_tensor_address(name, array.address)
        self._enqueue(context)  # once outside, as TensorRT demands before a capture
        if step:
            self.device.wait()
            self._steps[key] = self.device.capture(lambda: self._enqueue(context))

    def _enqueue(self, context: Any) -> None:
        if not context.execute_async_v3(self.device.stream):
            raise EngineError("TensorRT could not execute the plan")

    def _on_device(self, name: str, array: Held) -> DeviceArray:
        """The array itself, or a copy in a place that is used again for the same shape."""
        if isinstance(array, DeviceArray):
            return array
        staged = self._place(name, array.shape, array.dtype)
        staged.fill(np.ascontiguousarray(array))
        return staged

    def _output(self, name: str, given: Mapping[str, DeviceArray]) -> DeviceArray:
        """Where an output goes: over its input, if the plan says so."""
        alias = self._engine.get_aliased_input_tensor(name)
        if alias:
            return given[alias]
        port = next(port for port in self.outputs if port.name == name)
        sizes = {
            size: given[one.name].shape[i]
            for one in self.inputs
            for i, size in enumerate(one.shape)
            if isinstance(size, str)
        }
        shape = tuple(size if isinstance(size, int) else sizes[size] for size in port.shape)
        return self._place(name, shape, port.dtype)

    def _place(self, name: str, shape: tuple[int, ...], dtype: Any) -> DeviceArray:
        if (name, shape) not in self._staged:
            self._staged[name, shape] = DeviceArray(self.device, shape, dtype)
        return self._staged[name, shape]

    def _output_names(self) -> set[str]:
        return {port.name for port in self.outputs}

    def _is_step(self, given: Mapping[str, DeviceArray]) -> bool:
        """One new token a row; a graph without rows has no step."""
        port = self.inputs[0]
        return "new" in port.shape and given[port.name].shape[port.shape.index("new")] == 1


def _for_numpy(port: Port) -> Port:
    return replace(port, dtype="uint16") if port.dtype == "bfloat16" else port
