"""A checkpoint becomes an engine that loads, or the reason why not; never half a version."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engines.compile.cases import drawn_cases
from engines.compile.hub import Found
from engines.compile.order import Order
from engines.compile.source import Source, read_source
from engines.compile.whole import Compile
from engines.errors import EngineError
from engines.manifest import Manifest
from engines.safeguard.guard import Guard
from engines.safeguard.shape import Shape
from engines.safeguard.tolerances import broken
from tests.engines.safeguard.stock import DEEP, WINDOWS
from tests.engines.safeguard.swapped import swapped

from .folders import write_checkpoint

pytestmark = [pytest.mark.torch, pytest.mark.timeout(900)]
DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """The exporter warns of every weight that it is kept from folding."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def source() -> Source:
    return read_source(Found(DEMO, "demo"), None, None)


@pytest.fixture(scope="module")
def built(source: Source, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built") / "engine"
    compiled(Order(out), source)
    return out


def compiled(order: Order, source: Source) -> tuple[Manifest, list[str]]:
    said: list[str] = []
    return Compile(order, source, drawn_cases, said.append).run(), said


def test_the_engine_loads_with_what_was_measured(built: Path) -> None:
    manifest = Guard.load(built).manifest
    assert manifest.parity["golden"]["logit_difference_max"] < 1e-4
    assert broken("float32", manifest.parity) == []
    assert manifest.evaluation["gate"]["reasoned"]["balanced_accuracy"] > 0.9
    assert manifest.policy_first is not None and manifest.policy_first.cases == 48
    assert [one.runtime for one in manifest.executed_on] == ["onnxruntime"]
    assert {path.name for path in built.iterdir()} == {*manifest.files, "manifest.json"}


def test_a_build_of_a_demo_stays_one(built: Path) -> None:
    assert Manifest.load(built).grade == "demo"


def test_swapped_polarity_is_refused_and_nothing_is_done_twice(
    source: Source, tmp_path: Path
) -> None:
    order = Order(tmp_path / "engine")
    upside_down = replace(source, modes={n: swapped(mode) for n, mode in source.modes.items()})
    with pytest.raises(EngineError, match=r"reasoned: .* the polarity is swapped"):
        compiled(order, upside_down)
    made = (tmp_path / "engine.part" / "decoder.onnx").stat().st_mtime_ns
    assert not order.out.exists()
    compiled(order, source)
    assert (order.out / "decoder.onnx").stat().st_mtime_ns == made


@pytest.mark.parametrize(
    ("shape", "precision"), [(WINDOWS, "float32"), (DEEP, "float16")], ids=["plain", "deep"]
)
def test_published_folders_become_engines(shape: Shape, precision: str, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "published", shape)
    source = read_source(Found(folder, "random"), shape.vision.side, None)
    order = Order(tmp_path / "engine", precision=precision, ungated=True)
    manifest, said = compiled(order, source)
    assert manifest.architecture == ("qwen3_vl" if shape is DEEP else "qwen2_5_vl")
    assert sorted(manifest.modes) == ["direct", "reasoned"] and manifest.grade == "demo"
    assert manifest.parity["golden"]["inputs"] == 12
    assert f"reference: layer 1 of {shape.text.layers}" in said


def test_random_weights_pass_no_gate(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "published", WINDOWS)
    source = read_source(Found(folder, "random"), 96, None)
    direct = replace(source, modes={"readme": source.modes["readme"]})
    with pytest.raises(EngineError, match="no way of asking passes the gate\n  readme: balanced"):
        compiled(Order(tmp_path / "engine"), direct)


def test_what_cannot_run_here_is_not_claimed(source: Source, tmp_path: Path) -> None:
    order = Order(tmp_path / "engine", runtime="tensorrt", precision="float16")
    with pytest.raises(EngineError, match="`--ungated` is not given: tensorrt is not installed"):
        compiled(order, source)
    manifest, _ = compiled(replace(order, ungated=True), source)
    assert manifest.executed_on == () and "golden" not in manifest.parity
    with pytest.raises(EngineError, match=r"no machine has executed it|not installed"):
        Guard.load(order.out)
