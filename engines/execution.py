"""Say what executes a build on this machine: the runtime's version and the device.

Knows no clock: when it was is the caller's to say.
"""

import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from .errors import EngineError
from .manifest import Execution, RuntimeName

PACKAGES: dict[RuntimeName, tuple[str, ...]] = {
    "onnxruntime": ("onnxruntime",),
    "torch": ("torch",),
    "tensorrt": ("tensorrt",),
    "tensorrt_rtx": ("tensorrt-rtx-cu13", "tensorrt-rtx"),
}
PLANNED: tuple[RuntimeName, ...] = ("tensorrt", "tensorrt_rtx")


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


def check_executed(runtime: RuntimeName, executed_on: tuple[Execution, ...]) -> None:
    """Refuse a plan where TensorRT or the GPU is another one than those that have executed it.

    Other runtimes build nothing for a device: their golden inputs say enough.
    raises: EngineError, with both
    """
    if runtime not in PLANNED:
        return
    device, capability = gpu_of(runtime) or ("no GPU", "")
    known = [one for one in executed_on if one.runtime == runtime]
    refuse_another(known, installed(runtime), device, capability)


def refuse_another(known: list[Execution], version: str, device: str, capability: str) -> None:
    """The comparison itself. raises: EngineError"""
    if any((one.version, one.capability) == (version, capability) for one in known):
        return
    told = [f"{one.runtime} {one.version} on {one.device} ({one.capability})" for one in known]
    raise EngineError(
        f"the build was executed with {'; '.join(told) or 'nothing'}, and here are {version} and "
        f"{device} ({capability or 'no capability'}): `reelguard engine check --record` executes it"
    )


def gpu_of(runtime: RuntimeName) -> tuple[str, str] | None:
    """Name and capability of the GPU that a runtime uses here; None: it uses the CPU.

    raises: EngineError where a runtime needs a GPU and there is none
    """
    if runtime == "onnxruntime":
        return None
    if runtime == "torch":
        cuda = import_module("torch").cuda
        if not cuda.is_available():
            return None
        major, minor = cuda.get_device_capability()
        return str(cuda.get_device_name()), f"SM{major}{minor}"
    from .runtimes.cuda import Device

    found = Device().call("cudaGetDeviceProperties", 0)
    return found.name.decode(), f"SM{found.major}{found.minor}"


def executable(runtime: RuntimeName) -> str:
    """Why a runtime cannot execute anything on this machine; empty if it can."""
    try:
        installed(runtime)
        gpu_of(runtime)
    except EngineError as error:
        return str(error)
    return ""
