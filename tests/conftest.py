"""Leave out what needs a GPU where there is none, or fail there: FAIL_WITHOUT_CUDA=1."""

import ctypes
import os

import pytest

LIBRARY = "libcuda.so.1"  # the driver's


def has_gpu() -> bool:
    """Whether the driver is there and knows a device."""
    try:
        driver, count = ctypes.CDLL(LIBRARY), ctypes.c_int(0)
    except OSError:
        return False
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
        return False
    return count.value > 0


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("gpu") is None or has_gpu():
        return
    if os.environ.get("FAIL_WITHOUT_CUDA") == "1":
        pytest.fail("FAIL_WITHOUT_CUDA=1 and there is no GPU")
    pytest.skip("no GPU")
