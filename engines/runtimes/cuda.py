"""Hold memory, a stream and captured graphs on a CUDA device, without torch.

Needs NVIDIA's `cuda-bindings`; loading it is put off until a device is asked for, since the base
install lacks it. Memory that is given back is kept for the next array of the same size, the oldest
first: so the same work finds its arrays at the same places, where a captured graph looks for them.
"""

import heapq
import weakref
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib import import_module
from math import prod
from typing import Any

import numpy as np

from engines.errors import EngineError

from . import Array, Numbers


class Device:
    """The current CUDA device, with one stream of ours."""

    def __init__(self) -> None:
        """raises: EngineError without bindings, driver or device"""
        try:
            self._cuda = import_module("cuda.bindings.runtime")
        except ImportError as error:
            raise EngineError(f"cuda-bindings is not installed: {error}") from error
        self.stream = int(self.call("cudaStreamCreate"))
        self._free = defaultdict[int, list[tuple[int, int]]](list)  # age and address, by size
        self._ages = dict[int, int]()

    def call(self, name: str, *arguments: Any) -> Any:
        """One function of the CUDA runtime; its result. raises: EngineError"""
        status, *results = getattr(self._cuda, name)(*arguments)
        if int(status) != 0:
            raise EngineError(f"{name} failed: {status}")
        return results[0] if results else None

    def wait(self) -> None:
        """Until everything that was begun on the stream is done."""
        self.call("cudaStreamSynchronize", self.stream)

    def take(self, size: int) -> int:
        """Memory of so many bytes; its address."""
        kept = self._free[size]
        if kept:
            return heapq.heappop(kept)[1]
        address = int(self.call("cudaMalloc", max(1, size)))
        self._ages[address] = len(self._ages)
        return address

    def give(self, size: int, address: int) -> None:
        """Keep memory for the next that asks for this size."""
        heapq.heappush(self._free[size], (self._ages[address], address))

    def close(self) -> None:
        """Free what was given back."""
        for _, address in [one for kept in self._free.values() for one in kept]:
            self.call("cudaFree", address)
        self._free.clear()

    def capture(self, work: Callable[[], None]) -> Any:
        """Record what `work` puts on the stream, to be launched again and again."""
        mode = self._cuda.cudaStreamCaptureMode.cudaStreamCaptureModeThreadLocal
        self.call("cudaStreamBeginCapture", self.stream, mode)
        work()
        graph = self.call("cudaStreamEndCapture", self.stream)
        recorded = self.call("cudaGraphInstantiate", graph, 0)
        self.call("cudaGraphDestroy", graph)
        return recorded

    def launch(self, recorded: Any) -> None:
        """Run what was captured."""
        self.call("cudaGraphLaunch", recorded, self.stream)

    def forget(self, recorded: Any) -> None:
        """Drop what was captured."""
        self.call("cudaGraphExecDestroy", recorded)

    def kind(self, name: str) -> Any:
        """One of the ways to copy."""
        return getattr(self._cuda.cudaMemcpyKind, name)


class DeviceArray:
    """One array on the device, or some rows of one."""

    def __init__(self, device: Device, shape: Sequence[int], dtype: Any) -> None:
        """Filled with zeros; the memory goes back with the array."""
        self._device, self.shape, self.dtype = device, tuple(shape), np.dtype(dtype)
        self.address = device.take(self.nbytes)
        weakref.finalize(self, device.give, self.nbytes, self.address)
        device.call("cudaMemsetAsync", self.address, 0, self.nbytes, device.stream)

    @property
    def nbytes(self) -> int:
        """Its size."""
        return int(prod(self.shape) * self.dtype.itemsize)

    def __getitem__(self, part: slice) -> "Rows":
        """Neighbouring rows of it, where they are."""
        return Rows(self, part)

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

    def share(self, source: "DeviceArray", rows: Numbers, length: int) -> None:
        """Copy the first tokens of a source's rows into ours: both (rows, heads, tokens, width)."""
        _, heads, tokens, width = self.shape
        line, far = width * self.dtype.itemsize, source.shape[2] * width * self.dtype.itemsize
        way = self._device.kind("cudaMemcpyDeviceToDevice")
        for target, row in enumerate(rows):
            to = self.address + target * heads * tokens * line
            origin = source.address + int(row) * heads * far
            across = (to, tokens * line, origin, far, length * line, heads)
            self._device.call("cudaMemcpy2DAsync", *across, way, self._device.stream)

    def _copy(self, target: int, source: int, kind: str) -> None:
        way = self._device.kind(kind)
        self._device.call("cudaMemcpyAsync", target, source, self.nbytes, way, self._device.stream)


class Rows(DeviceArray):
    """Neighbouring rows of an array, which lives as long as they do."""

    def __init__(self, whole: DeviceArray, part: slice) -> None:
        """`part` counts rows, by ones."""
        start, end, _ = part.indices(whole.shape[0])
        self._device, self.dtype, self._whole = whole._device, whole.dtype, whole
        self.shape = (end - start, *whole.shape[1:])
        self.address = whole.address + start * (whole.nbytes // whole.shape[0])
