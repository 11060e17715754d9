"""Memory, views and copies on a device: on one that this process plays, and on a real one."""

import sys

import numpy as np
import pytest

from engines.errors import EngineError
from engines.runtimes import share
from engines.runtimes.cuda import Device, DeviceArray
from tests.engines.runtimes import pretend

REAL = pytest.param("real", marks=pytest.mark.gpu)


@pytest.fixture(params=["pretended", REAL])
def device(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Device:
    if request.param == "pretended":
        monkeypatch.setitem(sys.modules, "cuda.bindings.runtime", pretend.Cuda())
    return Device()


def numbers(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.random.default_rng(0).standard_normal(shape, np.float32)


def on(device: Device, array: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> DeviceArray:
    there = DeviceArray(device, array.shape, array.dtype)
    there.fill(array)
    return there


def test_an_array_comes_back_from_the_device(device: Device) -> None:
    array, made = numbers(3, 4), DeviceArray(device, (3, 4), "float32")
    assert not made.read().any()
    made.fill(array)
    assert (made.read() == array).all()
    with pytest.raises(EngineError, match="48 contiguous bytes, got 44"):
        made.fill(numbers(11))


def test_rows_of_an_array_are_where_it_is(device: Device) -> None:
    array = numbers(5, 2, 3)
    there = on(device, array)
    assert (there[1:3].read() == array[1:3]).all()
    there[2:3].fill(np.zeros((1, 2, 3), np.float32))
    array[2:3] = 0
    assert (there.read() == array).all()


def test_the_first_tokens_of_rows_are_shared(device: Device) -> None:
    source, target = numbers(3, 2, 8, 4), numbers(4, 2, 6, 4)
    there = on(device, target)
    share(there, on(device, source), [2, 0, 1, 2], 5)
    share(target, source[:, :, :6], [2, 0, 1, 2], 5)
    assert (there.read() == target).all()


def test_memory_that_is_given_back_is_used_again_the_oldest_first(device: Device) -> None:
    arrays = [DeviceArray(device, (100,), "float32") for _ in range(4)]
    addresses = [array.address for array in arrays]
    view = arrays[3][:50]
    del arrays
    again = [DeviceArray(device, (100,), "float32") for _ in range(3)]
    assert [array.address for array in again] == addresses[:3]
    assert view.address == addresses[3]


def test_what_is_given_back_can_be_freed(device: Device) -> None:
    DeviceArray(device, (100,), "float32")
    device.close()
    assert not device._free


def test_the_call_that_failed_is_named(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device._cuda, "cudaMalloc", lambda size: (2, None), raising=False)
    with pytest.raises(EngineError, match="cudaMalloc failed: 2"):
        DeviceArray(device, (7,), "float32")


def test_missing_bindings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cuda.bindings.runtime", None)
    with pytest.raises(EngineError, match="cuda-bindings is not installed"):
        Device()
