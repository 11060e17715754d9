"""Turn a JSON document into a frozen dataclass, strictly: names, kinds and ranges of numbers.

Nothing is converted but lists into tuples: "1" is no number, 1 is no text, NaN is nothing. A field
with a default may be absent; an unknown one is refused, because whoever wrote it meant something.
"""

import math
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from .errors import ManifestError

INTEGER_MAX = 2**53  # beyond it JSON's numbers are not the same everywhere

Record = TypeVar("Record")


def from_document(kind: type[Record], document: object, where: str) -> Record:
    """The record that a document describes.

    where: named in the error, as `guard/manifest.json`
    raises: ManifestError, saying what was expected where and what was found
    """
    names = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(document, Mapping):
        raise _mistyped(where, f"the fields of {kind.__name__}", document)
    needed = {name for name, field in names.items() if not _has_default(field)}
    missing, unknown = sorted(needed - set(document)), sorted(set(document) - set(names))
    if missing or unknown:
        raise ManifestError(f"{where}: {kind.__name__} with {missing = }, {unknown = }")
    hints = get_type_hints(kind)
    values = {
        name: _value(hints[name], item, f"{where}: {name}") for name, item in document.items()
    }
    try:
        return kind(**values)
    except ValueError as error:  # what its fields demand of each other
        raise ManifestError(f"{where}: {error}") from error


def _value(kind: Any, item: object, where: str) -> Any:
    if kind is Any:
        return item
    if is_dataclass(kind):
        return from_document(kind, item, where)  # type: ignore[arg-type]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _value(_fitting(inner, item), item, where)
    if origin is Literal:
        return _choice(inner, item, where)
    if origin is tuple:
        return tuple(
            _value(inner[0], one, where) for one in _checked((list, tuple), "a list", item, where)
        )
    if origin is dict:
        held = _checked(dict, "an object", item, where)
        return {name: _value(inner[1], one, f"{where}.{name}") for name, one in held.items()}
    return _plain(kind, item, where)


def _fitting(kinds: tuple[Any, ...], item: object) -> Any:
    """Of a record or something plain, or nothing, the one that a document may be."""
    if item is None and NoneType in kinds:
        return NoneType
    records = [kind for kind in kinds if is_dataclass(kind)]
    plain = [kind for kind in kinds if kind is not NoneType and not is_dataclass(kind)]
    return (records if isinstance(item, Mapping) and records else plain or records)[0]


def _choice(choices: tuple[object, ...], item: object, where: str) -> object:
    if not isinstance(item, str) or item not in choices:
        known = ", ".join(map(str, choices))
        raise ManifestError(f"{where} is {item!r:.60}, none of {known}")
    return item


def _plain(kind: Any, item: object, where: str) -> object:
    if kind is float and isinstance(item, int) and not isinstance(item, bool):
        return float(_checked(int, "a number", item, where))
    found = _checked(kind, f"{'an' if kind is int else 'a'} {kind.__name__}", item, where)
    if isinstance(found, float) and not math.isfinite(found):
        raise _mistyped(where, "a finite number", found)
    return found


def _checked(kind: Any, named: str, item: object, where: str) -> Any:
    fits = isinstance(item, kind) and (kind is bool or not isinstance(item, bool))
    if not fits or (isinstance(item, int) and abs(item) > INTEGER_MAX):
        raise _mistyped(where, named, item)
    return item


def _mistyped(where: str, expected: str, item: object) -> ManifestError:
    return ManifestError(f"{where}: expected {expected}, got {type(item).__name__} {item!r:.60}")


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING
