"""Hold a checkpoint's own chat template to the words that our ways of asking put around a picture.

A checkpoint whose template says something else was trained on something else: it would answer, and
worse. A folder without a template is believed.
Source: transformers `render_jinja_template`, for what a template may use.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engines.errors import EngineError
from engines.manifest import Mode
from engines.safeguard.prompt import IMAGE_TOKEN

FILES = ("chat_template.jinja", "chat_template.json", "tokenizer_config.json")


def check_template(folder: Path, mode: Mode) -> None:
    """Render one question with the folder's template.

    mode:   one without a system turn of its own
    raises: EngineError with both texts if they differ
    """
    template = read_template(folder)
    if template is None:
        return
    turn = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": mode.prompt}]}
    expected = mode.before + IMAGE_TOKEN + mode.after + mode.prompt + mode.turn_ends
    found = _rendered(template, turn, folder)
    if found != expected:
        raise EngineError(f"{folder}: its chat template says {found!r}, expected {expected!r}")


def read_template(folder: Path) -> str | None:
    """The folder's chat template, wherever it stands. raises: EngineError"""
    for name in FILES:
        path = folder / name
        if not path.exists():
            continue
        try:
            text = path.read_text(encoding="utf-8")
            found = text if name.endswith("jinja") else json.loads(text).get("chat_template")
        except (OSError, ValueError, AttributeError) as error:
            raise EngineError(f"cannot read {path}: {error}") from error
        if isinstance(found, str):
            return found
    return None


def _rendered(template: str, turn: Mapping[str, object], folder: Path) -> str:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    try:
        compiled = environment.from_string(template)
        return compiled.render(messages=[turn], add_generation_prompt=True)
    except (TemplateError, TypeError, ValueError) as error:
        raise EngineError(f"{folder}: its chat template cannot be rendered: {error}") from error
