"""Read a list of PDQ hashes as others write it: hashes, each with the item that it belongs to.

Read line by line: a hash alone; `hash,item`; `hash,quality,item` as PDQ's own tool writes it; CSV
with a header; an object of JSON per line, or one JSON document, as ThreatExchange's API and HMA
hand them out. Empty lines and lines that start with # say nothing. Whatever else stands there is
an error with its line: nothing is skipped in silence. Kept out, and counted: hashes of a quality
below PDQ's limit and, in JSON, hashes of another kind.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from topics.errors import UsageError

QUALITY_MIN = 50  # the project's advice; workers leave out such frames as well
ITEM_MAX = 500  # characters
_ERRORS_SHOWN = 5
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_HASH_NAMES = ("hash", "pdq", "pdq_hash", "hash_value", "signal", "indicator", "signal_value")
_ITEM_NAMES = ("item", "id", "name", "label", "content_id", "bank_content_id", "filename", "file")
_QUALITY_NAMES = ("quality", "pdq_quality")
_KIND_NAMES = ("type", "signal_type", "indicator_type")
_KINDS = ("pdq", "hash_pdq")

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Entries:
    """hashes (N, 32); items: the name of each, None if it has none; left_out: how many and why."""

    hashes: NDArray[np.uint8]
    items: list[str | None]
    left_out: dict[str, int] = field(default_factory=dict)


class _Wrong(ValueError):
    """What a line has instead of a hash."""


@dataclass
class _Reader:
    """Collects what the lines say."""

    digits: list[str] = field(default_factory=list)
    items: list[str | None] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    error_count: int = 0
    columns: dict[str, int] | None = None

    def add(self, found: str, item: str | None, quality: str | None) -> None:
        if not _HASH.fullmatch(found):
            raise _Wrong(f"{found[:80]!r} is no PDQ hash, expected 64 hexadecimal digits")
        if item and len(item) > ITEM_MAX:
            raise _Wrong(f"an item of {len(item)} characters, expected {ITEM_MAX} at most")
        if quality and _quality(quality) < QUALITY_MIN:
            self.leave_out(f"quality below {QUALITY_MIN}")
            return
        self.digits.append(found)
        self.items.append(item or None)

    def leave_out(self, why: str) -> None:
        self.left_out[why] = self.left_out.get(why, 0) + 1

    def wrong(self, where: str, error: Exception) -> None:
        self.error_count += 1
        if len(self.errors) < _ERRORS_SHOWN:
            self.errors.append(f"{where}: {error}")

    def entries(self) -> Entries:
        hashes = np.frombuffer(bytes.fromhex("".join(self.digits)), np.uint8)
        return Entries(hashes=hashes.reshape(-1, 32), items=self.items, left_out=self.left_out)


def read_entries(lines: Iterable[str], name: str, progress: Progress = lambda _: None) -> Entries:
    """The entries of a list.

    name:     of the file, for the messages
    progress: told how many characters each line had
    raises:   UsageError naming the first wrong lines, or when there is no hash at all
    """
    reader = _Reader()
    lines = iter(lines)
    for number, line in enumerate(lines, 1):
        progress(len(line))
        text = line.strip().removeprefix("\ufeff")
        if not text or text.startswith("#"):
            continue
        try:
            if text[0] in "[{" and not (reader.digits or reader.left_out) and not _is_json(text):
                _read_value(reader, _parsed(text + "".join(_told(lines, progress))))
                break
            _read_line(reader, text)
        except _Wrong as error:
            reader.wrong(f"{name}, line {number}", error)
    if reader.error_count:
        rest = reader.error_count - len(reader.errors)
        more = f"\n({rest} more lines are wrong)" if rest else ""
        raise UsageError("\n".join(reader.errors) + more)
    if not reader.digits and not reader.left_out:
        raise UsageError(f"{name} holds no hash")
    return reader.entries()


def _told(lines: Iterator[str], progress: Progress) -> Iterator[str]:
    for line in lines:
        progress(len(line))
        yield line


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _read_line(reader: _Reader, text: str) -> None:
    if text[0] in "[{":
        _read_value(reader, _parsed(text))
        return
    if _HASH.fullmatch(text) and reader.columns is None:
        reader.add(text, None, None)
        return
    cells = [cell.strip() for cell in next(csv.reader([text]))]
    if reader.columns is None and not reader.digits and _is_header(cells):
        reader.columns = {cell.lower(): place for place, cell in enumerate(cells)}
        return
    reader.add(*_from_cells(cells, reader.columns))


def _is_header(cells: list[str]) -> bool:
    return any(cell.lower() in _HASH_NAMES for cell in cells)


def _from_cells(
    cells: list[str], columns: dict[str, int] | None
) -> tuple[str, str | None, str | None]:
    """Hash, item, quality."""
    if columns is not None:
        named = {name: cells[place] for name, place in columns.items() if place < len(cells)}
        found = _first(named, _HASH_NAMES)
        if found is None:
            raise _Wrong(f"{len(cells)} columns, expected {len(columns)} as in the header")
        return found, _first(named, _ITEM_NAMES), _first(named, _QUALITY_NAMES)
    if len(cells) == 3 and cells[1].isdigit() and int(cells[1]) <= 100:
        return cells[0], cells[2], cells[1]
    if len(cells) > 2:
        raise _Wrong(f"{len(cells)} columns, expected hash,item or a header that names them")
    return cells[0], cells[1] if len(cells) == 2 else None, None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise _Wrong(f"no JSON: {error}") from error


def _read_value(reader: _Reader, value: object) -> None:
    """An entry, a list of entries, or an object that holds them as `data`."""
    if isinstance(value, list):
        for one in value:
            _read_value(reader, one)
        return
    if isinstance(value, str):
        reader.add(value, None, None)
        return
    if not isinstance(value, dict):
        raise _Wrong(f"{json.dumps(value)[:80]}, expected an object with a hash")
    if isinstance(value.get("data"), list):
        _read_value(reader, value["data"])
        return
    given = {str(key).lower(): str(held) for key, held in value.items() if held is not None}
    kind = _first(given, _KIND_NAMES)
    if kind and kind.lower() not in _KINDS:
        reader.leave_out(f"of type {kind[:40]}")
        return
    found = _first(given, _HASH_NAMES)
    if found is None:
        raise _Wrong(f"{json.dumps(value)[:80]} has none of {', '.join(_HASH_NAMES)}")
    reader.add(found, _first(given, _ITEM_NAMES), _first(given, _QUALITY_NAMES))


def _first(given: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((given[name] for name in names if given.get(name)), None)


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise _Wrong(f"{text[:40]!r} is no quality, expected a number from 0 to 100") from error
