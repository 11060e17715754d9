"""Load a guard's weights into its modules on a device.

Offers what parts.py of the folder above offers over graphs: what a guard sees in frames, and one
way of asking. The device is the first CUDA device; where there is none, the processor.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer

from engines.errors import EngineError
from engines.safeguard.model import SafeGuard
from engines.safeguard.names import PREFIXES, our_names
from engines.safeguard.parts import Words
from engines.safeguard.prompt import Prompt
from engines.safeguard.shape import Shape

from .forward import DeviceForward, Seen
from .vision import see, widen


@dataclass
class DeviceParts:
    """One file of weights, the words, and the modules as soon as their shape is known."""

    weights: Path
    tokenizer: Tokenizer
    threads: int  # for the processor, where there is no GPU
    _guard: SafeGuard | None = None

    def guard(self, shape: Shape) -> SafeGuard:
        """The modules, with the weights in their own precision. raises: EngineError"""
        if self._guard is None or self._guard.shape != shape:
            self._guard = load(self.weights, shape, self.threads)
        return self._guard

    def see(self, frames: NDArray[np.uint8], shape: Shape) -> Seen:
        """What the vision tower says about (T, side, side, 3) frames; it stays on the device."""
        guard = self.guard(shape)
        device = guard.language_model.embed_tokens.weight.device
        with torch.inference_mode():
            return see(guard.visual, torch.from_numpy(np.ascontiguousarray(frames)).to(device))

    def forward(self, shape: Shape, prompt: Words, trace: int) -> DeviceForward:
        """One way of asking, the image first; `trace` tokens may follow a prompt."""
        if not isinstance(prompt, Prompt):
            raise EngineError("torch reads the image first; the mode's layout is policy_first")
        words = prompt.before, prompt.after
        return DeviceForward(self.guard(shape).language_model, shape, words, trace)

    def check(self, folder: Path, shape: Shape, s_max: int) -> None:
        """Load them. raises: EngineError if they are not those of the shape"""
        self.guard(shape)


def load(weights: Path, shape: Shape, threads: int) -> SafeGuard:
    """A guard out of one file, on the device. raises: EngineError, saying what was found"""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cpu":
        torch.set_num_threads(threads)
    try:
        tensors = load_file(weights, device=str(device))
    except (OSError, SafetensorError) as error:
        raise EngineError(f"{weights} is no whole safetensors file: {error}") from error
    if strangers := [name for name in tensors if not name.startswith(tuple(PREFIXES.values()))]:
        raise EngineError(f"{weights} has tensors of another model, among them {min(strangers)}")
    kinds = {tensor.dtype for tensor in tensors.values()}
    if len(kinds) != 1:
        raise EngineError(f"{weights} must have one precision, has {sorted(map(str, kinds))}")
    with _without_weights(kinds.pop()):
        guard = SafeGuard(shape).eval()
    try:
        guard.load_state_dict(our_names(tensors, shape), assign=True)
    except RuntimeError as error:
        raise EngineError(f"{weights} is not of the manifest's shape: {error}") from error
    guard.requires_grad_(False).to(device)  # the places of the patches come from numpy
    widen(guard.visual)
    return guard


@contextmanager
def _without_weights(dtype: torch.dtype) -> Iterator[None]:
    """Parameters made in here have a shape and no memory."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device("meta"):
            yield
    finally:
        torch.set_default_dtype(before)
