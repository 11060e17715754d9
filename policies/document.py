"""Turn YAML text into plain data, strictly, and remember on which line everything stands.

Stricter than YAML: 1) a key given twice is refused; 2) only `true` and `false` are truth values, so
the region `NO` stays Norway; 3) dates, octal and base-60 numbers are plain text; 4) anchors,
aliases and tags are refused, so a small file cannot become a large policy.
"""

import re
from dataclasses import dataclass, field

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from topics.errors import PolicyError

TEXT_MAX = 256 * 1024  # characters; a policy's text is at most 8000 of them

Path = tuple[str | int, ...]

_PLAIN = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")}
_SCALARS: tuple[tuple[str, str, str], ...] = (  # name, pattern, first characters
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", "n~"),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]*([eE][-+][0-9]+)?", "-+0123456789"),
)


class _Loader(yaml.SafeLoader):
    """SafeLoader that knows five kinds of plain scalars and refuses aliases."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """As PyYAML does it, without aliases."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(None, None, "aliases are not allowed", event.start_mark)
        return super().compose_node(parent, index)


for _name, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), [*_first, ""]
    )


@dataclass(frozen=True, kw_only=True)
class Document:
    """Plain data and the line (from 1) of each path into it.

    name: how messages call it, as `weapons.yaml`
    """

    name: str
    data: object
    lines: dict[Path, int] = field(default_factory=dict)

    def place(self, path: Path) -> str:
        """`weapons.yaml:7` for the line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"


def read(text: str, name: str) -> Document:
    """The one YAML document in `text`.

    raises: PolicyError with file and line
    """
    if len(text) > TEXT_MAX:
        raise PolicyError(f"{name}: expected at most {TEXT_MAX} characters, got {len(text)}")
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        data = _plain(loader, node, (), lines) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"{name}:{line}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise PolicyError(f"{name}: not readable as YAML: {error}") from error
    finally:
        if loader:
            loader.dispose()
    return Document(name=name, data=data, lines=lines)


def _plain(loader: _Loader, node: Node, path: Path, lines: dict[Path, int]) -> object:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, MappingNode) and node.tag == "tag:yaml.org,2002:map":
        return _mapping(loader, node, path, lines)
    if isinstance(node, SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_plain(loader, one, (*path, i), lines) for i, one in enumerate(node.value)]
    if isinstance(node, ScalarNode) and node.tag in _PLAIN:
        value: object = loader.construct_object(node)
        return value
    raise yaml.MarkedYAMLError(None, None, f"tag {node.tag} is not allowed", node.start_mark)


def _mapping(
    loader: _Loader, node: MappingNode, path: Path, lines: dict[Path, int]
) -> dict[str, object]:
    data: dict[str, object] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, ScalarNode):
            raise yaml.MarkedYAMLError(None, None, "expected a plain key", key_node.start_mark)
        key = str(key_node.value)
        if key in data:
            first = lines[(*path, key)]
            problem = f"`{key}` stands here a second time, first on line {first}"
            raise yaml.MarkedYAMLError(None, None, problem, key_node.start_mark)
        data[key] = _plain(loader, value_node, (*path, key), lines)
        lines[(*path, key)] = key_node.start_mark.line + 1
    return data
