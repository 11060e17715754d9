"""A checkpoint's chat template says what our ways of asking say, or the checkpoint is refused."""

import json
from pathlib import Path

import pytest
import trl

from engines.compile.chat import check_template, read_template
from engines.errors import EngineError
from engines.safeguard.modes import ASKINGS, mode_of
from tests.engines.safeguard.byte_pairs import byte_pairs

pytestmark = pytest.mark.torch
TEMPLATES = Path(trl.__file__).parent / "chat_templates"
CLASSES = pytest.mark.parametrize(
    ("architecture", "name"),
    [("qwen2_5_vl", "qwen2_5_vl.jinja"), ("qwen3_vl", "qwen3_vl.jinja")],
)


@CLASSES
@pytest.mark.parametrize("file", ["chat_template.jinja", "tokenizer_config.json"])
def test_the_published_templates_agree(
    architecture: str, name: str, file: str, tmp_path: Path
) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    written = text if file.endswith("jinja") else json.dumps({"chat_template": text})
    (tmp_path / file).write_text(written, encoding="utf-8")
    assert read_template(tmp_path) == text
    check_template(tmp_path, mode_of(ASKINGS["readme"], byte_pairs(), architecture))


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ messages[0].content[1].text }}", "its chat template says 'Based on the following"),
        ("{% for %}", "cannot be rendered"),
        ("{{ messages[9].content }}", "cannot be rendered"),
        ("{{ ''.__class__.__mro__ }}", "cannot be rendered"),  # out of the sandbox
    ],
)
def test_another_one_is_refused(template: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "chat_template.jinja").write_text(template)
    with pytest.raises(EngineError, match=message):
        check_template(tmp_path, mode_of(ASKINGS["readme"], byte_pairs(), "qwen2_5_vl"))


def test_a_broken_file_is_named_and_an_absent_one_is_no_fault(tmp_path: Path) -> None:
    check_template(tmp_path, mode_of(ASKINGS["readme"], byte_pairs(), "qwen2_5_vl"))
    (tmp_path / "chat_template.json").write_text("[]")
    with pytest.raises(EngineError, match=r"cannot read .*chat_template\.json"):
        read_template(tmp_path)
