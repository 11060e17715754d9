"""Draw measured lines as an SVG, by hand: a line is all there is, no plotting library is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 820, 440  # px
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 76, 56  # margins, px
COLOURS = ("#1f5fa8", "#b5402a", "#8a8a8a", "#3f8f4f")
FONT = 'font-family="system-ui, sans-serif" font-size="12"'
STEPS = 5  # lines across

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Curves:
    """lines: points by name; across, up: what the axes say."""

    title: str
    across: str
    up: str
    lines: Mapping[str, Points]

    @property
    def right(self) -> float:
        """The largest value across."""
        return max(x for line in self.lines.values() for x, _ in line)

    @property
    def top(self) -> float:
        """The largest value up."""
        return max(y for line in self.lines.values() for _, y in line)


def write(path: Path, curves: Curves) -> None:
    """Write the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(draw(curves), encoding="utf-8")


def draw(curves: Curves) -> str:
    """The SVG's text."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(LEFT, 24, curves.title, 'font-size="15" font-weight="bold"'),
        _text((LEFT + WIDTH) / 2, HEIGHT - 12, curves.across, 'text-anchor="middle"'),
        _text(LEFT, TOP - 10, curves.up),
        *_grid(curves),
    ]
    for number, (name, points) in enumerate(curves.lines.items()):
        colour, x = COLOURS[number % len(COLOURS)], LEFT + number * 230
        parts.append(f'<rect x="{x}" y="38" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(x + 17, 49, name))
        parts += _line(curves, points, colour)
    return "\n".join([*parts, "</svg>\n"])


def _line(curves: Curves, points: Points, colour: str) -> list[str]:
    placed = [_place(curves, point) for point in points]
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in placed]
    return [f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots]


def _grid(curves: Curves) -> list[str]:
    parts = []
    for step in range(STEPS + 1):
        value = curves.top * step / STEPS
        _, y = _place(curves, (0.0, value))
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e3e3e3"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{value:.3g}", 'text-anchor="end"'))
    for value in sorted({x for line in curves.lines.values() for x, _ in line}):
        x, _ = _place(curves, (value, 0.0))
        parts.append(_text(x, HEIGHT - BOTTOM + 18, f"{value:g}", 'text-anchor="middle"'))
    return parts


def _place(curves: Curves, point: tuple[float, float]) -> tuple[float, float]:
    x, y = point[0] / curves.right, point[1] / curves.top
    return LEFT + (WIDTH - LEFT - RIGHT) * x, HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#222" {more}>{escape(words)}</text>'
