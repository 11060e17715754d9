"""Say what executes a build on this machine: the runtime's version and the device.

Knows no clock: when it was is the caller's to say.
"""

import platform
from importlib.metadata import PackageNotFoundError, version

from .errors import EngineError
from .manifest import Execution, RuntimeName

PACKAGES: dict[RuntimeName, tuple[str, ...]] = {
    "onnxruntime": ("onnxruntime",),
    "torch": ("torch",),
    "tensorrt": ("tensorrt",),
    "tensorrt_rtx": ("tensorrt-rtx-cu13", "tensorrt-rtx"),
}


def executed_here(runtime: RuntimeName, at: str, gpu: tuple[str, str] | None) -> Execution:
    """The record of an execution.

    gpu:    name and capability (SM89) of the device that executed; None: the CPU did
    raises: EngineError if the runtime is not installed
    """
    device, capability = gpu or (f"CPU, {platform.machine()}", "")
    return Execution(runtime, installed(runtime), device, capability, at)


def installed(runtime: RuntimeName) -> str:
    """The version of a runtime here. raises: EngineError"""
    for package in PACKAGES[runtime]:
        try:
            return version(package)
        except PackageNotFoundError:
            continue
    raise EngineError(f"{runtime} is not installed here: looked for {PACKAGES[runtime]}")
