"""Read one tensor out of a safetensors file, and say where each of them lies.

Source: the format's description, github.com/huggingface/safetensors: eight bytes little-endian
header length, a JSON header with offsets behind it, then the bytes.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.errors import EngineError

DTYPES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}  # numpy lacks the last


@dataclass(frozen=True)
class Place:
    """Where a tensor lies in the file."""

    dtype: str  # safetensors' name
    shape: tuple[int, ...]
    offset: int  # bytes from the beginning of the file
    length: int  # bytes


def places(path: Path) -> dict[str, Place]:
    """All tensors of a file."""
    with path.open("rb") as file:
        head = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(head))
    header.pop("__metadata__", None)
    return {
        name: Place(
            entry["dtype"],
            tuple(entry["shape"]),
            8 + head + entry["data_offsets"][0],
            entry["data_offsets"][1] - entry["data_offsets"][0],
        )
        for name, entry in header.items()
    }


def read_tensor(path: Path, name: str, dtype: str = "float32") -> NDArray[Any]:
    """One tensor of floats; where the file has it in this dtype, mapped instead of read.

    raises: EngineError if it is not there
    """
    place = places(path).get(name)
    if place is None or place.dtype not in DTYPES:
        raise EngineError(f"{path} holds no tensor of floats {name!r}, found {place = }")
    flat: NDArray[Any] = np.memmap(path, np.uint8, "r", place.offset, (place.length,))
    if place.dtype == "BF16":  # the upper half of a float32
        flat = (flat.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    else:
        flat = flat.view(DTYPES[place.dtype])
    return flat.astype(dtype, copy=False).reshape(place.shape).view(np.ndarray)
