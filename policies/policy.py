"""Turn a policy's YAML into a `Policy` and back, and hold a policy to the rules of its fields.

Reads no file: the caller hands in text and the name that messages should give it. Types, ranges
and unknown fields are msgspec's work on the record itself; what relates fields to each other is in
policy_rules.py.
"""

import re
from difflib import get_close_matches

import msgspec
import yaml

from policies import document
from policies.document import Document, Path
from policies.policy_rules import RULES
from topics.errors import PolicyError
from topics.policies import Example, Policy, Thresholds

_AT = re.compile(r" - at `(?:key` in `)?\$(?P<path>.*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")
_FIELDS = {
    (): Policy.__struct_fields__,
    ("actions",): Thresholds.__struct_fields__,
    ("examples",): Example.__struct_fields__,
}
_RARE_BREAKS = set("\x85\u2028\u2029")  # PyYAML loses them outside of double quotes


class _Dumper(yaml.SafeDumper):
    """SafeDumper that gives back every text it was given."""


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _RARE_BREAKS & set(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def parse(text: str, name: str = "policy") -> Policy:
    """The policy in YAML text.

    raises: PolicyError: `weapons.yaml:7: …`, what was expected and what came
    """
    source = document.read(text, name)
    if not isinstance(source.data, dict):
        raise PolicyError(f"{name}: expected the fields of a policy, got {_kind(source.data)}")
    try:
        policy = msgspec.convert(source.data, Policy, strict=True)
    except msgspec.ValidationError as error:
        raise PolicyError(_explained(str(error), source)) from error
    broken = [f"{source.place(path)}: {said}" for path, said in _broken(policy)]
    if broken:
        raise PolicyError("; ".join(broken))
    return policy


def check(policy: Policy) -> None:
    """Hold a policy to the rules between its fields; raises PolicyError naming all it breaks."""
    broken = [f"{policy.id}: {said}" for _, said in _broken(policy)]
    if broken:
        raise PolicyError("; ".join(broken))


def dump(policy: Policy) -> str:
    """The policy as YAML that `parse` reads back; fields at their defaults are left out."""
    plain = msgspec.to_builtins(policy)
    return yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def _broken(policy: Policy) -> list[tuple[Path, str]]:
    return [(rule.path, said) for rule in RULES for said in rule.broken(policy)]


def _kind(data: object) -> str:
    return "nothing" if data is None else f"a {type(data).__name__}"


def _explained(message: str, source: Document) -> str:
    """msgspec's message with file, line and field, and a guess at what was meant."""
    at = _AT.search(message)
    path = _path(at["path"]) if at else ()
    said = message[: at.start()] if at else message
    unknown = _UNKNOWN.search(said)
    if unknown:
        path = (*path, unknown["name"])
    field = ".".join(str(step) for step in path)
    where = source.place(path) + (f": {field}" if field else "")
    return f"{where}: {said[0].lower()}{said[1:]}{_meant(path) if unknown else ''}"


def _path(text: str) -> Path:
    return tuple(name or int(index) for name, index in _STEP.findall(text))


def _meant(path: Path) -> str:
    around = tuple(step for step in path[:-1] if isinstance(step, str))
    known = _FIELDS.get(around, ())
    close = get_close_matches(str(path[-1]), known, n=1)
    return f"; did you mean `{close[0]}`?" if close else f"; known are {', '.join(known)}"
