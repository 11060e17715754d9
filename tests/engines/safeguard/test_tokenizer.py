"""A file that is no tokenizer is refused with its name."""

from pathlib import Path

import pytest

from engines.errors import EngineError
from engines.safeguard.tokenizer import read_tokenizer

DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo" / "tokenizer.json"


@pytest.mark.parametrize("text", ["", "{}", "null", "[[[", '{"model": {"type": "?"}}', "\x00"])
def test_what_is_no_tokenizer_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokenizer.json").write_text(text)
    with pytest.raises(EngineError, match=r"tokenizer\.json is no tokenizer: "):
        read_tokenizer(tmp_path / "tokenizer.json")


def test_one_that_is_not_there_or_was_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"none\.json is no tokenizer: .*No such file"):
        read_tokenizer(tmp_path / "none.json")
    (tmp_path / "cut.json").write_bytes(DEMO.read_bytes()[:5000])
    with pytest.raises(EngineError, match=r"cut\.json is no tokenizer: "):
        read_tokenizer(tmp_path / "cut.json")


def test_the_shipped_one_is_read() -> None:
    assert read_tokenizer(DEMO).token_to_id("<answer>") is not None
