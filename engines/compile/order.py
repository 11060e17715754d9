"""Hold what a compile was asked for, and refuse what cannot be."""

from dataclasses import dataclass
from pathlib import Path

from engines.errors import EngineError
from engines.manifest import RuntimeName

PRECISIONS: dict[RuntimeName, tuple[str, ...]] = {  # the first is taken if none is asked for
    "onnxruntime": ("float32", "float16"),  # numpy has no bfloat16
    "torch": ("bfloat16", "float16", "float32"),
    "tensorrt": ("bfloat16", "float16", "float32"),
    "tensorrt_rtx": ("bfloat16", "float16", "float32"),
}


@dataclass(frozen=True)
class Order:
    """One build."""

    out: Path
    runtime: RuntimeName = "onnxruntime"
    precision: str = ""  # empty: the runtime's usual one
    version: str = "0.1.0"
    ungated: bool = False
    threads: int = 1

    def __post_init__(self) -> None:
        """raises: EngineError for a precision that the runtime has not"""
        known = PRECISIONS[self.runtime]
        if not self.precision:
            object.__setattr__(self, "precision", known[0])
        if self.precision not in known:
            raise EngineError(f"{self.runtime} runs {', '.join(known)}, not {self.precision}")
