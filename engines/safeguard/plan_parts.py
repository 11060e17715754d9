"""Load a guard's graphs as TensorRT plans, built where there are none for this GPU yet.

Offers what parts.py offers over ONNX Runtime, and hands everything on to it. The shape of the
inputs stands in the manifest, so that `check` loads the plans and must come first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engines.errors import EngineError
from engines.execution import gpu_of, installed
from engines.manifest import RuntimeName, sha256_of
from engines.runtimes import Array
from engines.runtimes.plan import Profile, Target, build
from engines.runtimes.plans import Key, digest_of, kept_or_built
from engines.runtimes.tensorrt import TensorRtRuntime

from .parts import DECODER, EMBEDDINGS, VISION, WEIGHTS, Parts, Reading, Words
from .policy_first_prompt import PolicyFirstPrompt
from .ports import cache_names, decoder_ports, vision_ports
from .profiles import decoder_profiles, vision_profile
from .shape import Shape
from .weights import DTYPES, places, read_tensor


@dataclass
class PlanParts:
    """An engine's folder, the words, and both plans as soon as they are loaded."""

    folder: Path
    library: RuntimeName  # tensorrt or tensorrt_rtx
    tokenizer: Tokenizer
    _loaded: Parts | None = None

    def see(self, frames: NDArray[np.uint8], shape: Shape) -> Mapping[str, Array]:
        """See `Parts.see`."""
        return self._parts().see(frames, shape)

    def forward(self, shape: Shape, prompt: Words, trace: int) -> Reading:
        """See `Parts.forward`. raises: EngineError for a layout that keeps caches elsewhere"""
        if isinstance(prompt, PolicyFirstPrompt):
            raise EngineError("TensorRT reads the image first; the mode's layout is policy_first")
        return self._parts().forward(shape, prompt, trace)

    def check(self, folder: Path, shape: Shape, s_max: int) -> None:
        """Load both plans. raises: EngineError"""
        self._loaded = Builder(folder, self.library, shape, s_max).parts(self.tokenizer)
        self._loaded.check(folder, shape, s_max)

    def _parts(self) -> Parts:
        if self._loaded is None:
            raise EngineError(f"{self.folder} must be checked before its plans are used")
        return self._loaded


@dataclass(frozen=True)
class Builder:
    """What is built, and of what shape."""

    folder: Path
    library: RuntimeName
    shape: Shape
    s_max: int

    def parts(self, tokenizer: Tokenizer) -> Parts:
        """Both plans on this GPU."""
        shape, dtype = self.shape, self._precision()
        vision, decoder = vision_ports(shape, dtype), decoder_ports(shape, self.s_max, dtype)
        profiles = decoder_profiles(shape, self.s_max)
        caches = len(cache_names(shape))
        return Parts(
            TensorRtRuntime(self._plan(VISION, [vision_profile(shape)], 0), *vision, self.library),
            TensorRtRuntime(self._plan(DECODER, profiles, caches), *decoder, self.library),
            self._embeddings(dtype),
            tokenizer,
        )

    def _plan(self, name: str, profiles: Any, caches: int) -> Path:
        """Kept, or built now: minutes at 7 B."""
        graph, shapes = self.folder / name, list[Profile](profiles)
        gpu = gpu_of(self.library)
        if gpu is None:
            raise EngineError(f"{self.library} needs a GPU, and here is none")
        key = Key(
            sha256_of(graph),
            sha256_of(self.folder / WEIGHTS),
            self.library,
            installed(self.library),
            gpu[1],
            self._precision(),
            digest_of(shapes),
        )
        target = Target(self.library)
        return kept_or_built(self.folder, key, lambda: build(graph, shapes, caches, target))

    def _precision(self) -> str:
        return DTYPES[places(self.folder / WEIGHTS)[EMBEDDINGS].dtype]

    def _embeddings(self, dtype: str) -> NDArray[Any]:
        """As the decoder takes them: bfloat16 as 16 bits, which are a float32's upper half."""
        if dtype != "bfloat16":
            return read_tensor(self.folder / WEIGHTS, EMBEDDINGS, dtype)
        wide = read_tensor(self.folder / WEIGHTS, EMBEDDINGS)
        return (wide.view(np.uint32) >> 16).astype(np.uint16)
