"""Turn a file of another model's completions into words: {"row": 0, "completion": "..."} a line.

For models that no engine's folder holds yet. `null` is an inference that failed: it is unparsable,
and safe only for the authors' rule.
"""

import json
from pathlib import Path
from typing import Any

from .errors import BenchDataError
from .parsing import Words, read_text


def read_completions(path: Path, rows: int) -> list[Words]:
    """The words of all rows, in their order.

    raises: BenchDataError, naming what is missing, twice there or no completion
    """
    found: dict[int, Words] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        row, completion = _entry(line, f"{path}:{number}")
        if row in found or not 0 <= row < rows:
            raise BenchDataError(
                f"{path}:{number}: row {row} is there twice or not in 0..{rows - 1}"
            )
        found[row] = read_text(completion or "")
    missing = [row for row in range(rows) if row not in found]
    if missing:
        raise BenchDataError(
            f"{path} lacks {len(missing)} of {rows} rows, the first is {missing[0]}"
        )
    return [found[row] for row in range(rows)]


def _entry(line: str, where: str) -> tuple[int, str | None]:
    try:
        entry: Any = json.loads(line)
        row, completion = entry["row"], entry["completion"]
    except (ValueError, KeyError, TypeError) as error:
        raise BenchDataError(f'{where}: expected {{"row": 0, "completion": "…"}}') from error
    if type(row) is not int or not isinstance(completion, str | None):
        raise BenchDataError(f"{where}: row must be a number and completion a text or null")
    return row, completion
