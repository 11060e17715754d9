"""Read one tensor out of a safetensors file, and say where each of them lies.

Source: the format's description, github.com/huggingface/safetensors: eight bytes little-endian
header length, a JSON header with offsets behind it, then the bytes.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.errors import EngineError
from engines.record import from_document

DTYPES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}  # numpy lacks the last
BYTES = {"F32": 4, "F16": 2, "BF16": 2}  # of a number
HEADER_BYTES_MAX = 100_000_000  # the format's own limit


@dataclass(frozen=True)
class Place:
    """Where a tensor lies in the file."""

    dtype: str  # safetensors' name
    shape: tuple[int, ...]
    offset: int  # bytes from the beginning of the file
    length: int  # bytes


@dataclass(frozen=True)
class Entry:
    """A tensor in the header; its offsets are counted from the header's end."""

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, ...]


def places(path: Path) -> dict[str, Place]:
    """All tensors of a file.

    raises: EngineError if the file is none, was cut off, or says of a tensor what cannot be
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = int.from_bytes(file.read(8), "little")
            if size < 8 or head > min(HEADER_BYTES_MAX, size - 8):
                raise EngineError(f"{path} of {size} bytes is no safetensors file, or cut off")
            header = json.loads(file.read(head))
    except (OSError, ValueError, RecursionError) as error:
        raise EngineError(f"the header of {path} cannot be read: {error}") from error
    if not isinstance(header, Mapping):
        raise EngineError(f"the header of {path} is no table of tensors: {header!r:.60}")
    entries = {
        name: from_document(Entry, entry, f"{path}: {name}")
        for name, entry in header.items()
        if name != "__metadata__"
    }
    return {
        name: _place(entry, 8 + head, size, f"{path}: {name}") for name, entry in entries.items()
    }


def _place(entry: Entry, start: int, size: int, where: str) -> Place:
    begin, end = entry.data_offsets if len(entry.data_offsets) == 2 else (-1, -1)
    if not 0 <= begin <= end <= size - start:
        found = f"{list(entry.data_offsets)} of {size - start}"
        raise EngineError(f"{where}: its bytes {found} are not in the file, which may be cut off")
    needed = math.prod(entry.shape) * BYTES.get(entry.dtype, 0)
    if min(entry.shape, default=0) < 0 or (entry.dtype in BYTES and needed != end - begin):
        raise EngineError(
            f"{where}: {entry.dtype} {list(entry.shape)} takes {needed} bytes, not {end - begin}"
        )
    return Place(entry.dtype, entry.shape, start + begin, end - begin)


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
