"""A CUDA device and a TensorRT that are this process: memory is ours, ONNX Runtime computes.

What is tested with them is our side alone: where arrays lie, which are written over which, what is
captured and launched. What the real ones do with it needs a GPU.
"""

import ctypes
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from engines.runtimes import Array, Port
from engines.runtimes.onnx import OnnxRuntime


class Cuda(ModuleType):
    """`cuda.bindings.runtime`, as far as we call it."""

    cudaStreamCaptureMode = SimpleNamespace(cudaStreamCaptureModeThreadLocal=1)
    cudaMemcpyKind = SimpleNamespace(
        cudaMemcpyHostToDevice=1, cudaMemcpyDeviceToHost=2, cudaMemcpyDeviceToDevice=3
    )

    def __init__(self) -> None:
        """No memory is taken yet."""
        super().__init__("cuda.bindings.runtime")
        self.buffers: dict[int, Any] = {}
        self.recording: list[Callable[[], object]] | None = None
        self.launches = self.forgotten = 0

    def do(self, work: Callable[[], object]) -> None:
        """Now, or when what is being captured is launched."""
        if self.recording is None:
            work()
        else:
            self.recording.append(work)

    def cudaStreamCreate(self) -> tuple[int, int]:
        return 0, 7

    def cudaGetDeviceProperties(self, device: int) -> tuple[int, Any]:
        return 0, SimpleNamespace(name=b"Pretended", major=9, minor=0)

    def cudaStreamSynchronize(self, stream: int) -> tuple[int]:
        assert self.recording is None, "CUDA forbids to wait while it captures"
        return (0,)

    def cudaMalloc(self, size: int) -> tuple[int, int]:
        buffer = ctypes.create_string_buffer(b"\xff" * size, size)  # garbage: NaNs
        self.buffers[ctypes.addressof(buffer)] = buffer
        return 0, ctypes.addressof(buffer)

    def cudaFree(self, address: int) -> tuple[int]:
        del self.buffers[address]
        return (0,)

    def cudaMemsetAsync(self, to: int, value: int, size: int, stream: int) -> tuple[int]:
        self.do(lambda: ctypes.memset(to, value, size))
        return (0,)

    def cudaMemcpyAsync(self, to: int, origin: int, size: int, *_: Any) -> tuple[int]:
        self.do(lambda: ctypes.memmove(to, origin, size))
        return (0,)

    def cudaMemcpy2DAsync(
        self, to: int, far: int, origin: int, near: int, width: int, height: int, *_: Any
    ) -> tuple[int]:
        for line in range(height):
            self.cudaMemcpyAsync(to + line * far, origin + line * near, width)
        return (0,)

    def cudaStreamBeginCapture(self, stream: int, mode: int) -> tuple[int]:
        self.recording = []
        return (0,)

    def cudaStreamEndCapture(self, stream: int) -> tuple[int, Any]:
        recorded, self.recording = self.recording, None
        return 0, recorded

    def cudaGraphInstantiate(self, graph: Any, flags: int) -> tuple[int, Any]:
        return 0, list(graph)

    def cudaGraphDestroy(self, graph: Any) -> tuple[int]:
        graph.clear()
        return (0,)

    def cudaGraphExecDestroy(self, recorded: Any) -> tuple[int]:
        self.forgotten += 1
        return (0,)

    def cudaGraphLaunch(self, recorded: Any, stream: int) -> tuple[int]:
        self.launches += 1
        for work in recorded:
            work()
        return (0,)


class Context:
    """`tensorrt.IExecutionContext`."""

    def __init__(self, engine: "Engine") -> None:
        """Knows no shapes and no addresses."""
        self.engine = engine
        self.shapes, self.addresses = dict[str, tuple[int, ...]](), dict[str, int]()

    def set_optimization_profile_async(self, number: int, stream: int) -> bool:
        return number < self.engine.num_optimization_profiles

    def set_input_shape(self, name: str, shape: tuple[int, ...]) -> bool:
        self.shapes[name] = shape
        return name == "pixels" or shape[0] <= self.engine.rows_max

    def set_tensor_address(self, name: str, address: int) -> bool:
        self.addresses[name] = address
        return True

    def get_tensor_shape(self, name: str) -> tuple[int, ...]:
        """The input's that it is written over, or as a run with nothing in it has it."""
        if alias := self.engine.get_aliased_input_tensor(name):
            return self.shapes[alias]
        key = (name, *sorted(self.shapes.items()))
        if key not in self.engine.sizes:
            ports = self.engine.graph.inputs
            nothing = {port.name: np.zeros(self.shapes[port.name], port.dtype) for port in ports}
            self.engine.sizes[key] = self.engine.graph.run(nothing)[name].shape
        return self.engine.sizes[key]

    def execute_async_v3(self, stream: int) -> bool:
        graph, addresses, shapes = self.engine.graph, dict(self.addresses), dict(self.shapes)
        sizes = {p.name: self.get_tensor_shape(p.name) for p in graph.outputs}

        def work() -> None:
            inputs = {p.name: there(p, addresses[p.name], shapes[p.name]) for p in graph.inputs}
            into = {p.name: there(p, addresses[p.name], sizes[p.name]) for p in graph.outputs}
            graph.run(inputs, into)

        self.engine.cuda.do(work)
        return True


class Engine:
    """`tensorrt.ICudaEngine`."""

    num_optimization_profiles = 2
    rows_max = 48

    def __init__(self, graph: OnnxRuntime, cuda: Cuda) -> None:
        """Of a graph that ONNX Runtime has loaded."""
        self.graph, self.cuda = graph, cuda
        self.sizes = dict[Any, tuple[int, ...]]()

    def create_execution_context(self) -> Context:
        return Context(self)

    def get_aliased_input_tensor(self, name: str) -> str | None:
        return name.removesuffix("_out") if name.endswith("_out") else None


def there(port: Port, address: int, shape: tuple[int, ...]) -> Array:
    """What lies at an address."""
    size = int(np.prod(shape)) * np.dtype(port.dtype).itemsize
    memory: Any = (ctypes.c_char * size).from_address(address)
    return np.frombuffer(memory, port.dtype).reshape(shape)


def tensorrt(cuda: Cuda) -> ModuleType:
    """A module whose plans are the paths of graphs."""
    module = ModuleType("tensorrt")
    logger = type("Logger", (), {"WARNING": 1, "__init__": lambda self, level: None})

    def load(plan: bytes) -> Engine | None:
        path = Path(plan.decode())
        return Engine(OnnxRuntime(path), cuda) if path.is_file() else None

    runtime = lambda logger: SimpleNamespace(deserialize_cuda_engine=load)  # noqa: E731
    module.__dict__.update(Logger=logger, Runtime=runtime, __version__="11.0")
    return module
