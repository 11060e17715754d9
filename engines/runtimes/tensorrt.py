"""Execute a TensorRT plan on a CUDA device: caches stay there, the step is a captured graph.

Written against `tensorrt` 11; `tensorrt_rtx` has the same interface. It never builds: plan.py does.
Caches are updated in place: an output that the plan aliases to its input has the input's address.
Source: NVIDIA TensorRT 11 developer guide, KV cache and CUDA graphs; API reference of
`IExecutionContext` and `ICudaEngine`.
Differences from the other runtimes: 1) arrays that are written over their inputs are copied to the
device at a call's beginning and back at its end, unless they are `DeviceArray`s; 2) bfloat16 goes
in and comes out as 16 bits, which numpy knows as uint16.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engines.errors import EngineError, RuntimeShapeError

from . import Array, Port, check
from .cuda import Device, DeviceArray
from .plan import library

if TYPE_CHECKING:
    import tensorrt

STEP, PREFILL = 0, 1  # profiles, in the order in which they were built
STEPS_KEPT = 16  # captured, one for each number of rows and place of the caches
Held = Array | DeviceArray
Places = tuple[tuple[str, tuple[int, ...], int], ...]


@dataclass(frozen=True)
class Captured:
    """A step as a graph, and the outputs that it writes beside the caches."""

    recorded: Any
    outputs: dict[str, DeviceArray]


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
        self._logger: tensorrt.Logger = trt.Logger(trt.Logger.WARNING)
        self._runtime: tensorrt.Runtime = trt.Runtime(self._logger)
        engine: tensorrt.ICudaEngine | None = self._runtime.deserialize_cuda_engine(
            plan.read_bytes()
        )
        if engine is None:  # no exception
            raise EngineError(f"{name} {trt.__version__} on this GPU cannot load {plan}")
        self._engine = engine
        self._contexts = [self._context(i) for i in range(engine.num_optimization_profiles)]
        self._steps: dict[Places, Captured] = {}
        self._staged: dict[tuple[str, tuple[int, ...]], DeviceArray] = {}  # inputs of steps

    def _context(self, number: int) -> "tensorrt.IExecutionContext":
        context: tensorrt.IExecutionContext | None = self._engine.create_execution_context()
        if context is None or not context.set_optimization_profile_async(
            number, self.device.stream
        ):
            raise EngineError(f"TensorRT gave no context for profile {number}")
        return context

    def zeros(self, shape: Sequence[int], dtype: Any) -> DeviceArray:
        """An array that stays on the device: see `runtimes.zeros`."""
        return DeviceArray(self.device, shape, dtype)

    def run(
        self, inputs: Mapping[str, Held], into: Mapping[str, Held] | None = None
    ) -> dict[str, Array]:
        """See `Runtime.run`; arrays may lie on the device."""
        self._check(inputs)
        step = self._is_step(inputs)
        given = {name: self._on_device(name, array, step) for name, array in inputs.items()}
        found = given | self._execute(given, step)
        outputs = {port.name: found[self._alias(port.name) or port.name] for port in self.outputs}
        for name, array in (into or {}).items():
            if isinstance(array, np.ndarray):
                array[...] = outputs.pop(name).read()
        self.device.wait()
        return {name: array.read() for name, array in outputs.items() if name not in (into or {})}

    def _check(self, inputs: Mapping[str, Held]) -> None:
        """Refuse what does not fit; arrays on the device were made by whoever knows the ports."""
        here = {name: a for name, a in inputs.items() if isinstance(a, np.ndarray)}
        there = {name for name in inputs if name not in here}
        check(tuple(port for port in self.inputs if port.name not in there), here)

    def _execute(self, given: Mapping[str, DeviceArray], step: bool) -> dict[str, DeviceArray]:
        """One call; the second and later steps of the same shapes and places are launched.

        returns: the outputs that are not written over inputs
        """
        key = tuple((name, given[name].shape, given[name].address) for name in sorted(given))
        if step and key in self._steps:
            self.device.launch(self._steps[key].recorded)
            return self._steps[key].outputs
        context = self._contexts[STEP if step else min(PREFILL, len(self._contexts) - 1)]
        outputs = self._bind(context, given)
        self._enqueue(context)  # once outside, as TensorRT demands before a capture
        if step:
            self.device.wait()
            recorded = self.device.capture(lambda: self._enqueue(context))
            self._keep(key, Captured(recorded, outputs))
        return outputs

    def _bind(
        self, context: "tensorrt.IExecutionContext", given: Mapping[str, DeviceArray]
    ) -> dict[str, DeviceArray]:
        """Say which shapes and places the inputs have; make room for the outputs."""
        for name, array in given.items():
            if not context.set_input_shape(name, array.shape):
                raise RuntimeShapeError(f"{name}: no profile takes {array.shape}")
        own = [port for port in self.outputs if not self._alias(port.name)]
        outputs = {
            port.name: self.zeros(_sizes(context.get_tensor_shape(port.name)), port.dtype)
            for port in own
        }
        aliased = {
            port.name: given[self._alias(port.name)] for port in self.outputs if port not in own
        }
        for name, array in {**given, **outputs, **aliased}.items():
            if not context.set_tensor_address(name, array.address):
                raise EngineError(f"TensorRT takes no address for {name}")
        return outputs

    def _alias(self, output: str) -> str:
        """The input that an output is written over; empty: none."""
        return self._engine.get_aliased_input_tensor(output) or ""

    def _keep(self, key: Places, captured: Captured) -> None:
        """Keep a captured step, and of all the latest."""
        if len(self._steps) >= STEPS_KEPT:
            self.device.forget(self._steps.pop(next(iter(self._steps))).recorded)
        self._steps[key] = captured

    def _enqueue(self, context: "tensorrt.IExecutionContext") -> None:
        if not context.execute_async_v3(self.device.stream):
            raise EngineError("TensorRT could not execute the plan")

    def _on_device(self, name: str, array: Held, step: bool) -> DeviceArray:
        """The array itself, or a copy; a step's at the place of the last step of so many rows."""
        if isinstance(array, DeviceArray):
            return array
        place = (name, array.shape)
        staged = self._staged.get(place) or self.zeros(array.shape, array.dtype)
        if step:
            self._staged[place] = staged
        staged.fill(np.ascontiguousarray(array))
        return staged

    def _is_step(self, given: Mapping[str, Held]) -> bool:
        """One new token a row; a graph without rows has no step."""
        port = self.inputs[0]
        return "new" in port.shape and given[port.name].shape[port.shape.index("new")] == 1


def _sizes(shape: "tensorrt.Dims") -> list[int]:
    return [shape[i] for i in range(len(shape))]


def _for_numpy(port: Port) -> Port:
    return replace(port, dtype="uint16") if port.dtype == "bfloat16" else port
