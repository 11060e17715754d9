"""Hold memory, a stream and a captured graph on a CUDA device, without torch.

Needs NVIDIA's `cuda-bindings`; loading it is put off until a device is asked for, since the base
install lacks it. Nothing here is freed late: whoever allocates closes.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from engines.errors import EngineError

from . import Array


class Device:
    """The current CUDA device, with one stream of ours."""

    def __init__(self) -> None:
        """raises: EngineError without bindings, driver or device"""
        try:
            self._cuda = import_module("cuda.bindings.runtime")
        except ImportError as error:
            raise EngineError(f"cuda-bindings is not installed: {error}") from error
        self.stream = int(self.call("cudaStreamCreate"))

    def call(self, name: str, *arguments: Any) -> Any:
        """One function of the CUDA runtime; its result. raises: EngineError"""
        status, *results = getattr(self._cuda, name)(*arguments)
        if int(status) != 0:
            raise EngineError(f"{name} failed: {status}")
        return results[0] if results else None

    def wait(self) -> None:
        """Until everything that was begun on the stream is done."""
        self.call("cudaStreamSynchronize", self.stream)

    def capture(self, work: Callable[[], None]) -> Any:
        """Record what `work` puts on the stream, to be launched again and again."""
        mode = self._cuda.cudaStreamCaptureMode.cudaStreamCaptureModeThreadLocal
        self.call("cudaStreamBeginCapture", self.stream, mode)
        work()
        graph = self.call("cudaStreamEndCapture", self.stream)
        return self.call("cudaGraphInstantiate", graph, 0)

    def launch(self, recorded: Any) -> None:
        """Run what was captured."""
        self.call("cudaGraphLaunch", recorded, self.stream)


class DeviceArray:
    """One array on the device."""

    def __init__(self, device: Device, shape: tuple[int, ...], dtype: Any) -> None:
        """Filled with zeros."""
        self._device, self.shape, self.dtype = device, shape, np.dtype(dtype)
        self.nbytes = int(np.prod(shape)) * self.dtype.itemsize
        self.address = int(device.call("cudaMalloc", max(1, self.nbytes)))
        device.call("cudaMemsetAsync", self.address, 0, self.nbytes, device.stream)

    def fill(self, array: Array) -> None:
        """Copy an array of this size here; it must live until the stream has come by."""
        if array.nbytes != self.nbytes or not array.flags.c_contiguous:
            raise EngineError(f"expected {self.nbytes} contiguous bytes, got {array.nbytes}")
        self._copy(self.address, array.ctypes.data, "cudaMemcpyHostToDevice")

    def read(self) -> Array:
        """A copy here in memory, as soon as the stream is done."""
        array = np.empty(self.shape, self.dtype)
        self._copy(array.ctypes.data, self.address, "cudaMemcpyDeviceToHost")
        self._device.wait()
        return array

    def _copy(self, target: int, source: int, kind: str) -> None:
        way = getattr(self._device._cuda.cudaMemcpyKind, kind)
        self._device.call("cudaMemcpyAsync", target, source, self.nbytes, way, self._device.stream)

    def close(self) -> None:
        """Free the memory."""
        self._device.call("cudaFree", self.address)
