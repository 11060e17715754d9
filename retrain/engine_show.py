"""An engine's manifest as people read it: indented lines, one value each."""

import json
from dataclasses import asdict
from typing import Any

import click

from engines.manifest import Manifest


def facts(manifest: Manifest) -> dict[str, Any]:
    """A manifest without the names of its files and the numbers of its shape."""
    document = asdict(manifest)
    return {"build": manifest.build} | {
        name: value for name, value in document.items() if name not in ("files", "shape")
    }


def tell(found: dict[str, Any], as_json: bool) -> None:
    """Print a document, for people or as JSON."""
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for line in _lines(found, 0):
        click.echo(line)


def _lines(found: Any, depth: int) -> list[str]:
    """A document as indented lines, one value each."""
    margin = "  " * depth
    if isinstance(found, dict):
        lines = []
        for name, value in found.items():
            nested = bool(value) and isinstance(value, dict | list | tuple)
            lines += [f"{margin}{name}:" + ("" if nested else f" {_word(value)}")]
            lines += _lines(value, depth + 1) if nested else []
        return lines
    if isinstance(found, list | tuple) and any(isinstance(one, dict) for one in found):
        return [line for one in found for line in [*_lines(one, depth), ""]]
    return [f"{margin}{_word(one)}" for one in found]


def _word(value: Any) -> str:
    if value in (None, "", [], {}, ()):
        return "-"
    return repr(value) if isinstance(value, str) and "\n" in value else str(value)
