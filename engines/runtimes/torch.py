"""Run a torch module under the same names as its graph: the reference runtime.

Not for the worker: torch is absent there.
"""

from collections.abc import Mapping

import torch
from torch import nn

from . import Array, Port, check


class TorchRuntime:
    """A module whose positional inputs and outputs are the ports, in order."""

    def __init__(
        self, module: nn.Module, inputs: tuple[Port, ...], outputs: tuple[Port, ...]
    ) -> None:
        """The module stays on its device and in its mode."""
        self.module, self.inputs, self.outputs = module, inputs, outputs

    @torch.no_grad()
    def run(
        self, inputs: Mapping[str, Array], into: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        """See `Runtime.run`."""
        check(self.inputs, inputs)
        results = self.module(*(torch.from_numpy(inputs[port.name]) for port in self.inputs))
        results = results if isinstance(results, tuple) else (results,)
        arrays = {
            port.name: result.numpy() for port, result in zip(self.outputs, results, strict=True)
        }
        for name, array in (into or {}).items():
            array[:] = arrays.pop(name)
        return arrays
