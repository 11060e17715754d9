"""A plan is found for exactly what it was built of and for."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from engines.errors import EngineError
from engines.runtimes.plans import FOLDER, Key, digest_of, keep, kept, kept_or_built
from engines.safeguard.profiles import decoder_profiles
from engines.safeguard.shape import Shape, TextShape

KEY = Key("a" * 64, "b" * 64, "tensorrt", "11.4.0", "SM90", "bfloat16", "c" * 64)
SHAPE = Shape(TextShape(50, layers=1))


def test_a_plan_is_found_again(tmp_path: Path) -> None:
    path = keep(tmp_path, KEY, b"plan")
    assert kept(tmp_path, KEY) == path and path.read_bytes() == b"plan"
    assert path.name.startswith("tensorrt-11.4.0-SM90-bfloat16-")
    assert [one.suffix for one in sorted((tmp_path / FOLDER).iterdir())] == [".plan", ".json"]


@pytest.mark.parametrize("field", [field.name for field in fields(Key)])
def test_a_plan_of_anything_else_is_not_taken(field: str, tmp_path: Path) -> None:
    keep(tmp_path, KEY, b"plan")
    with pytest.raises(
        EngineError, match=r"has no plan of .*; there are \['tensorrt-11\.4\.0-SM90"
    ):
        kept(tmp_path, replace(KEY, **{field: "other"}))


def test_another_version_or_gpu_is_named(tmp_path: Path) -> None:
    keep(tmp_path, KEY, b"plan")
    with pytest.raises(EngineError, match=r"no plan of tensorrt 11\.5\.0 for SM100 in bfloat16"):
        kept(tmp_path, replace(KEY, version="11.5.0", capability="SM100"))


def test_a_plan_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    keep(tmp_path, KEY, b"plan").write_bytes(b"pla")
    with pytest.raises(EngineError, match="is not the plan that was built"):
        kept(tmp_path, KEY)


def test_it_is_built_once(tmp_path: Path) -> None:
    asked = []
    for _ in range(2):
        path = kept_or_built(tmp_path, KEY, lambda: asked.append(1) or b"plan")  # type: ignore[func-returns-value]
        assert path.read_bytes() == b"plan"
    assert asked == [1]


def test_other_profiles_have_another_digest() -> None:
    small, large = (digest_of(decoder_profiles(SHAPE, s_max)) for s_max in (64, 128))
    assert small != large and digest_of(decoder_profiles(SHAPE, 64)) == small
