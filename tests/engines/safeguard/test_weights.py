"""A tensor is read from where the file says it lies."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from engines.errors import EngineError
from engines.safeguard.weights import places, read_tensor


def test_a_tensor_is_read_back(tmp_path: Path) -> None:
    one, two = np.arange(6, dtype=np.float32).reshape(2, 3), np.ones(4, np.float32)
    path = tmp_path / "model.safetensors"
    save_file({"one": one, "two": two}, path)
    assert (read_tensor(path, "one") == one).all()
    assert places(path)["two"].length == 16


def test_a_tensor_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"one": np.ones(4, np.float32)}, path)
    with pytest.raises(EngineError, match="'three'"):
        read_tensor(path, "three")


@pytest.mark.parametrize("stored", ["float16", "float32"])
def test_a_tensor_comes_in_the_wanted_dtype_and_unread_where_it_has_it(
    tmp_path: Path, stored: str
) -> None:
    path, numbers = tmp_path / "model.safetensors", np.arange(6).reshape(2, 3)
    save_file({"one": numbers.astype(stored)}, path)
    for wanted in ("float16", "float32"):
        found = read_tensor(path, "one", wanted)
        assert found.dtype == wanted and (found == numbers).all()
        assert found.flags.writeable == (wanted != stored)  # a mapped file is not


def written(path: Path, header: Any, content: bytes = bytes(16)) -> Path:
    """A file with this header, whatever it says."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content)
    return path


ONE = {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}
BROKEN: list[tuple[Any, str]] = [
    (b"", "cannot be read: Expecting value"),
    (b"{", "cannot be read: Expecting"),
    (b"\xff\xfe{", "cannot be read: 'utf"),
    (b"[" * 100_000, "cannot be read: maximum recursion"),
    ([ONE], "is no table of tensors"),
    ({"a": [1]}, "a: expected the fields of Entry, got list"),
    ({"a": ONE | {"shape": "2"}}, "a: shape: expected a list"),
    ({"a": ONE | {"shape": [2, 2.0]}}, "a: shape: expected an int, got float"),
    ({"a": {"dtype": "F32", "shape": [4]}}, r"missing = \['data_offsets'\]"),
    ({"a": ONE | {"data_offsets": [0, 17]}}, r"its bytes \[0, 17\] of 16 are not in the file"),
    ({"a": ONE | {"data_offsets": [-8, 8]}}, r"its bytes \[-8, 8\] of 16"),
    ({"a": ONE | {"data_offsets": [16, 0]}}, r"its bytes \[16, 0\] of 16"),
    ({"a": ONE | {"data_offsets": [0]}}, r"its bytes \[0\] of 16"),
    ({"a": ONE | {"shape": [2, 3]}}, r"F32 \[2, 3\] takes 24 bytes, not 16"),
    ({"a": ONE | {"dtype": "F16"}}, r"F16 \[2, 2\] takes 8 bytes, not 16"),
    ({"a": ONE | {"shape": [-2, -2]}}, r"F32 \[-2, -2\] takes 16 bytes"),
]


@pytest.mark.parametrize(("header", "message"), BROKEN)
def test_a_header_that_cannot_be_is_refused(tmp_path: Path, header: Any, message: str) -> None:
    path = written(tmp_path / "model.safetensors", header)
    with pytest.raises(EngineError, match=message) as refused:
        read_tensor(path, "a")
    assert "model.safetensors" in str(refused.value)


@pytest.mark.parametrize("size", [0, 7, 8, 9, 40, 72, 88])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    whole = written(tmp_path / "model.safetensors", {"a": ONE}).read_bytes()
    assert len(whole) == 89 and (read_tensor(tmp_path / "model.safetensors", "a") == 0).all()
    (tmp_path / "cut").write_bytes(whole[:size])
    with pytest.raises(EngineError, match="cut"):
        read_tensor(tmp_path / "cut", "a")


def test_a_header_longer_than_any_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"\xff" * 64)
    with pytest.raises(EngineError, match="of 64 bytes is no safetensors file, or cut off"):
        places(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"model\.safetensors cannot be read: .*No such file"):
        places(tmp_path / "model.safetensors")
