"""What a compile starts from is described without reading a weight, or refused with the reason."""

import json
from pathlib import Path

import pytest

from engines.compile.hub import Found
from engines.compile.order import Order
from engines.compile.outline import outline
from engines.compile.source import Source, read_source
from engines.errors import EngineError
from tests.engines.safeguard.published import LARGE, write_published
from tests.engines.safeguard.stock import DEEP, WINDOWS

from .folders import write_checkpoint

pytestmark = pytest.mark.torch
DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("published"), WINDOWS)


def read(folder: Path, side: int | None = None, s_max: int | None = None) -> Source:
    return read_source(Found(folder, "guard"), side, s_max)


def test_a_published_folder_may_be_asked_in_all_known_ways(published: Path) -> None:
    source = read(published, 96)
    assert {"readme", "rl", "card"} <= set(source.modes) and source.grade == "production"
    assert source.architecture == "qwen2_5_vl"
    assert {name for name, *_ in source.stamp()} >= {"config.json", "tokenizer.json"}


def test_an_engine_keeps_its_ways_and_its_grade() -> None:
    source = read(DEMO)
    assert [*source.modes] == ["reasoned"] and source.grade == "demo"
    assert (source.shape.vision.side, source.s_max) == (96, 256)


@pytest.mark.parametrize(
    ("side", "s_max", "message"),
    [
        (100, None, "a side of 100 px is no whole number of 32"),
        (96, 300, "s_max must be 676 or more: 36 tokens of a picture, 512 of a trace"),
        (448, None, "s_max must be 1424 or more"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(
    published: Path, side: int, s_max: int | None, message: str
) -> None:
    with pytest.raises(EngineError, match=message):
        read(published, side, s_max)


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "preprocessor_config.json"])
def test_a_missing_file_is_named(published: Path, tmp_path: Path, missing: str) -> None:
    for path in published.iterdir():
        if path.name != missing:
            (tmp_path / path.name).symlink_to(path)
    with pytest.raises(EngineError, match=missing):
        read(tmp_path, 96)


def test_a_tokenizer_of_a_larger_model_is_refused(tmp_path: Path) -> None:
    write_published(tmp_path, DEEP)  # 50 tokens
    with pytest.raises(EngineError, match=r"the tokenizer has \d+ tokens, the model embeds 50"):
        read(tmp_path, 96)


def test_the_outline_counts_every_number(published: Path, tmp_path: Path) -> None:
    source = read(published, 96)
    found = outline(Order(tmp_path / "out", "tensorrt"), source)
    index = json.loads((published / "model.safetensors.index.json").read_text())
    assert found["parameters"] == index["metadata"]["total_parameters"]
    assert found["weights_bytes"] == 2 * found["parameters"] and found["precision"] == "bfloat16"


def test_a_large_model_s_memory_is_below_a_quarter_above_its_weights() -> None:
    source = Source(DEMO, "large", LARGE, 1024, {}, "", "", "demo")
    found = outline(Order(Path("out"), "tensorrt"), source)
    assert found["weights_bytes"] > 3_000_000_000
    assert found["memory_bytes"] < 1.25 * found["weights_bytes"]
