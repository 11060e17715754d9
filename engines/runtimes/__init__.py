"""Say what every runtime is: named arrays in, named arrays out, checked on the way.

A runtime never falls back to another one: it runs on the device it was asked for or it fails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from engines.errors import RuntimeShapeError

Array = NDArray[Any]
Numbers = Sequence[int] | NDArray[np.int64]


@dataclass(frozen=True)
class Port:
    """One input or output of a graph; a dimension that is a name may have any size."""

    name: str
    dtype: str  # numpy's name
    shape: tuple[int | str, ...]


class Runtime(Protocol):
    """What executes a build."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]

    def run(
        self, inputs: Mapping[str, Array], into: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        """Run the graph once.

        into:    arrays that outputs are written to, by output name; they may be inputs (in place)
        returns: the other outputs
        raises:  RuntimeShapeError
        """


class Held(Protocol):
    """An array that stays where its runtime runs, as far as caches need it."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its sizes."""

    def __getitem__(self, part: slice) -> "Held":
        """Neighbouring rows of it, where they are."""

    def share(self, source: Any, rows: Numbers, length: int) -> None:
        """Copy the first tokens of a source's rows into ours: both (rows, heads, tokens, width)."""


@runtime_checkable
class Keeping(Protocol):
    """A runtime that keeps arrays where it runs, so that no call moves them."""

    def zeros(self, shape: Sequence[int], dtype: Any) -> Held:
        """An array there."""


def zeros(runtime: Runtime, shape: Sequence[int], dtype: Any) -> Any:
    """An array for this runtime's calls: an `Array`, or where it runs."""
    if isinstance(runtime, Keeping):
        return runtime.zeros(shape, dtype)
    return np.zeros(shape, dtype)


def share(target: Any, source: Any, rows: Numbers, length: int) -> None:
    """Copy the first tokens of a source's rows into a target, both from `zeros`."""
    if isinstance(target, np.ndarray):
        target[:, :, :length] = source[rows, :, :length]
    else:
        target.share(source, rows, length)


def check(ports: tuple[Port, ...], arrays: Mapping[str, Array]) -> None:
    """Refuse arrays that do not fit the ports; equal names must have equal sizes."""
    names = {port.name for port in ports}
    if names != set(arrays):
        raise RuntimeShapeError(f"expected arrays {sorted(names)}, got {sorted(arrays)}")
    sizes: dict[str, int] = {}
    for port in ports:
        _check_one(port, arrays[port.name], sizes)


def _check_one(port: Port, array: Array, sizes: dict[str, int]) -> None:
    fits = array.dtype == np.dtype(port.dtype) and array.ndim == len(port.shape)
    if fits:
        for wanted, got in zip(port.shape, array.shape, strict=True):
            fits &= got == (wanted if isinstance(wanted, int) else sizes.setdefault(wanted, got))
    if not fits or not array.flags.c_contiguous:
        expected = f"contiguous {port.dtype} {port.shape} with {sizes}"
        raise RuntimeShapeError(
            f"{port.name}: expected {expected}, got {array.dtype} {array.shape}"
        )
