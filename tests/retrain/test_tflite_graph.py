"""Sparse weights become dense ones, each value at its place."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

tflite = pytest.importorskip("tflite")

DENSE, SPARSE, INT32 = 0, 1, 1  # the format's own numbers


@dataclass
class Axis:
    """One level: so many, or by starts and indices."""

    size: int = 0
    starts: tuple[int, ...] = ()
    indices: tuple[int, ...] = ()

    def Format(self) -> int:
        return SPARSE if self.starts else DENSE

    def DenseSize(self) -> int:
        return self.size


@dataclass
class Sparsity:
    """As the schema's table answers."""

    axes: list[Axis]
    order: list[int]
    blocks: int = 0

    def BlockMapLength(self) -> int:
        return self.blocks

    def DimMetadataLength(self) -> int:
        return len(self.axes)

    def DimMetadata(self, level: int) -> Axis:
        return self.axes[level]

    def TraversalOrderAsNumpy(self) -> "np.ndarray[Any, np.dtype[np.int32]]":
        return np.array(self.order, np.int32)


@pytest.fixture
def dense(monkeypatch: pytest.MonkeyPatch) -> Any:
    from retrain import tflite_graph

    monkeypatch.setattr(tflite_graph, "_whole_numbers", lambda table, kind: list(table))
    for name in ("ArraySegments", "ArrayIndices"):
        part = {"ArraySegments": "starts", "ArrayIndices": "indices"}[name]
        monkeypatch.setattr(Axis, name, lambda self, part=part: getattr(self, part), raising=False)
        monkeypatch.setattr(Axis, f"{name}Type", lambda self: INT32, raising=False)
    return tflite_graph.dense


def test_a_matrix_by_rows(dense: Any) -> None:
    rows = Sparsity([Axis(2), Axis(starts=(0, 2, 3), indices=(0, 2, 1))], [0, 1])
    made = dense(np.array([5.0, 6.0, 7.0]), rows, (2, 3))
    assert made.tolist() == [[5, 0, 6], [0, 7, 0]]


def test_a_matrix_by_columns(dense: Any) -> None:
    columns = Sparsity([Axis(3), Axis(starts=(0, 1, 1, 3), indices=(1, 0, 1))], [1, 0])
    made = dense(np.array([5.0, 6.0, 7.0]), columns, (2, 3))
    assert made.tolist() == [[0, 0, 6], [5, 0, 7]]


def test_blocks_are_refused(dense: Any) -> None:
    with pytest.raises(ValueError, match="blocks of sparse values are not read"):
        dense(np.zeros(4), Sparsity([Axis(2), Axis(2)], [0, 1], blocks=1), (2, 2))


def test_more_values_than_places_are_refused(dense: Any) -> None:
    with pytest.raises(ValueError, match="zip"):
        dense(np.zeros(5), Sparsity([Axis(2), Axis(2)], [0, 1]), (2, 2))
