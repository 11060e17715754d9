"""Without a device CUDA says which call failed; with one, what goes there comes back."""

import numpy as np
import pytest

from engines.errors import EngineError
from engines.runtimes.cuda import Device, DeviceArray

torch = pytest.importorskip("torch", reason="cuda-bindings come with it")
pytestmark = pytest.mark.torch


@pytest.mark.skipif("torch.cuda.is_available()", reason="there is a device")
def test_the_call_that_failed_is_named() -> None:
    with pytest.raises(EngineError, match=r"cudaStreamCreate failed: .*[dD]river|NoDevice"):
        Device()


@pytest.mark.gpu
def test_an_array_comes_back_from_the_device() -> None:
    device, numbers = Device(), np.arange(12, dtype=np.float32).reshape(3, 4)
    array = DeviceArray(device, numbers.shape, numbers.dtype)
    assert not array.read().any()
    array.fill(numbers)
    assert (array.read() == numbers).all()
    with pytest.raises(EngineError, match="48 contiguous bytes, got 44"):
        array.fill(np.arange(11, dtype=np.float32))
    array.close()
