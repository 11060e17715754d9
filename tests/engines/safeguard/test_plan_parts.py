"""A guard over plans: built once for this GPU, then loaded; what is missing is said."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engines.errors import EngineError
from engines.runtimes.plans import FOLDER
from engines.safeguard import plan_parts
from engines.safeguard.guard import Guard
from engines.safeguard.parts import Whole, check_parts, load_parts
from engines.safeguard.shape import Shape
from tests.engines.runtimes import pretend
from tests.engines.safeguard.test_guard import DEMO, POLICIES, frames, guard

Made = Callable[[], Whole]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Made:
    """Loads a folder's parts on a pretended GPU, whose plans are the paths of their graphs."""
    cuda, folder = pretend.Cuda(), tmp_path / "engine"
    monkeypatch.setitem(sys.modules, "cuda.bindings.runtime", cuda)
    monkeypatch.setitem(sys.modules, "tensorrt", pretend.tensorrt(cuda))
    monkeypatch.setattr(plan_parts, "installed", lambda library: "11.4.0")
    monkeypatch.setattr(plan_parts, "build", lambda graph, *_: str(graph).encode())
    shutil.copytree(DEMO, folder)

    def make() -> Whole:
        manifest = guard().manifest
        parts = load_parts(folder, "tensorrt", 1)
        check_parts(folder, parts, Shape.from_dict(manifest.shape), manifest.s_max)
        return parts

    return make


def test_it_answers_as_onnx_runtime_does(made: Made) -> None:
    over_plans = Guard(replace(guard().manifest, runtime="tensorrt"), made())
    assert over_plans.score(frames()[:2], POLICIES) == guard().score(frames()[:2], POLICIES)


def test_plans_are_built_once(made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made()
    names = sorted(path.name for path in (tmp_path / "engine" / FOLDER).glob("*.plan"))
    assert len(names) == 2 and all(name.startswith("tensorrt-11.4.0-SM90-f") for name in names)
    monkeypatch.delattr(plan_parts, "build")
    made()


def test_plans_of_another_version_are_left_alone_and_new_ones_built(
    made: Made, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made()
    monkeypatch.setattr(plan_parts, "installed", lambda library: "11.5.0")
    made()
    assert len([*(tmp_path / "engine" / FOLDER).glob("*.plan")]) == 4


def test_without_a_gpu_it_is_refused() -> None:
    manifest, parts = guard().manifest, load_parts(DEMO, "tensorrt", 1)
    with pytest.raises(EngineError):
        check_parts(DEMO, parts, Shape.from_dict(manifest.shape), manifest.s_max)
    with pytest.raises(EngineError, match="must be checked before its plans are used"):
        Guard(manifest, parts)
