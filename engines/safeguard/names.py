"""Translate between our modules' parameter names and those of published checkpoints.

Source: transformers `Qwen2_5_VLForConditionalGeneration`, as its state dict names them. Files are
older than that: `save_pretrained` and the published checkpoints still write the names of 2024.
"""

from collections.abc import Mapping

from torch import Tensor

from .model import SafeGuard
from .shape import Shape

PREFIXES = {  # ours -> theirs
    "visual.": "model.visual.",
    "language_model.lm_head.": "lm_head.",
    "language_model.": "model.language_model.",
}


def current_name(name: str) -> str:
    """The name that a tensor of a published file has in the class."""
    if name.startswith("visual."):
        return f"model.{name}"
    if name.startswith("model.") and not name.startswith(
        ("model.visual.", "model.language_model.")
    ):
        return f"model.language_model.{name.removeprefix('model.')}"
    return name


def stock_name(name: str) -> str:
    """The published name of one of our parameters."""
    ours = next(prefix for prefix in PREFIXES if name.startswith(prefix))
    return PREFIXES[ours] + name.removeprefix(ours)


def stock_names(guard: SafeGuard) -> dict[str, Tensor]:
    """All parameters of a guard under their published names."""
    return {stock_name(name): tensor for name, tensor in guard.state_dict().items()}


def our_names(published: Mapping[str, Tensor], shape: Shape) -> dict[str, Tensor]:
    """A published state dict under our names; a tied output matrix is left out."""
    tensors = {}
    for name, tensor in published.items():
        if name == "lm_head.weight" and shape.text.tied:
            continue
        ours = next(prefix for prefix, theirs in PREFIXES.items() if name.startswith(theirs))
        tensors[ours + name.removeprefix(PREFIXES[ours])] = tensor
    return tensors
