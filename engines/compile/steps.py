"""Keep what is done of a compile beside its files, so that a rerun goes on where it stopped.

The folder is OUT.part until everything is done. What was begun from other files or with other
options is thrown away whole; a step that was cut off is done again from its beginning.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engines.errors import EngineError

RECORD = "steps.json"


class Steps:
    """The steps of one compile in one folder, which is ours alone until `finish`."""

    def __init__(self, target: Path, made_from: dict[str, Any]) -> None:
        """Open or begin TARGET.part.

        made_from: everything that the result depends on
        raises:    EngineError if another process is at it
        """
        self.target, self.folder = target, target.with_name(target.name + ".part")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise EngineError(f"another compile is at work in {self.folder}") from error
        self._made_from = json.loads(json.dumps(made_from))
        self.done = self._found()
        if not self.done:
            _empty(self.folder)

    def _found(self) -> dict[str, str]:
        try:
            record = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        same = isinstance(record, dict) and record.get("made_from") == self._made_from
        return dict(record["done"]) if same else {}

    def once(self, name: str, work: Callable[[], object], of: str = "") -> None:
        """Do a step unless it is done; `of` is what it was done with, beside `made_from`."""
        if self.done.get(name) == of:
            return
        self.done.pop(name, None)
        self._write()
        work()
        self.done[name] = of
        self._write()

    def _write(self) -> None:
        record = {"made_from": self._made_from, "done": self.done}
        part = self.folder / f"{RECORD}.new"
        part.write_text(json.dumps(record, indent=1), encoding="utf-8")
        part.replace(self.folder / RECORD)

    def close(self) -> None:
        """Leave the folder as it is, to others."""
        os.close(self._lock)

    def finish(self) -> None:
        """Put the folder in its place, in one move; what was there before is gone."""
        (self.folder / RECORD).unlink()
        before = self.target.with_name(self.target.name + ".before")
        if self.target.exists():
            self.target.rename(before)
        self.folder.rename(self.target)
        shutil.rmtree(before, ignore_errors=True)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
