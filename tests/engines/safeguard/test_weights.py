"""A tensor is read from where the file says it lies."""

from pathlib import Path

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
