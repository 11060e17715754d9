"""A measured number with the target it is held against, and the table of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Figure:
    """name: as in the JSON line; note: how it came about, for the reader of the table."""

    name: str
    value: float
    target: float | None = None
    better: Literal["more", "less"] = "more"
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the target is reached; a figure without one always is."""
        if self.target is None:
            return True
        return self.value >= self.target if self.better == "more" else self.value <= self.target


def show(found: Sequence[Figure]) -> None:
    """The table, those with a target first, and one JSON object as the last line."""
    ordered = sorted(found, key=lambda figure: (figure.target is None, figure.name))
    print(table(ordered))
    print(json.dumps({figure.name: figure.value for figure in ordered}))


def table(figures: Sequence[Figure]) -> str:
    """One line per figure."""
    wide = max(len(figure.name) for figure in figures)
    return "\n".join(_line(figure, wide) for figure in figures)


def _line(figure: Figure, wide: int) -> str:
    sign = ">=" if figure.better == "more" else "<="
    target = f"{sign} {figure.target:g}" if figure.target is not None else ""
    verdict = "" if figure.target is None else "ok" if figure.met else "MISSED"
    return f"{figure.name:<{wide}}  {figure.value:>8g}  {target:<8} {verdict:<7} {figure.note}"
