"""Draw a benchmark's figures as an SVG: bars with intervals per group, the best baseline as a line.

By hand, because bars, lines and words are all there is; no plotting library is needed for that.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path

from .parsing import READINGS

WIDTH, HEIGHT = 960, 440  # px
LEFT, RIGHT, TOP, BOTTOM = 56, 24, 76, 84  # margins, px
FILL = 0.74  # of a group's width is bars
COLOURS = {"strict": "#1f5fa8", "lenient": "#7fb2e5", "authors": "#c9c9c9"}
BEST = ("best without looking", "#b5402a")
LINE_HEIGHT = 14  # px
FONT = 'font-family="system-ui, sans-serif" font-size="12"'

Interval = dict[str, float]


@dataclass(frozen=True)
class Chart:
    """What is drawn. bars: group, reading, interval; best: the best baseline's value per group."""

    title: str
    bars: dict[str, dict[str, Interval]]
    best: dict[str, float]


def draw(chart: Chart) -> str:
    """The SVG's text."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {FONT}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(LEFT, 24, chart.title, 'font-size="15" font-weight="bold"'),
        *_legend(),
        *_grid(),
    ]
    width = (WIDTH - LEFT - RIGHT) / max(1, len(chart.bars))
    for number, (group, intervals) in enumerate(chart.bars.items()):
        left = LEFT + number * width
        parts += _group(left, width, group, intervals)
        parts.append(_baseline(left, width, chart.best[group]))
    return "\n".join([*parts, "</svg>\n"])


def write(path: Path, chart: Chart) -> None:
    """Write the file."""
    path.write_text(draw(chart), encoding="utf-8")


def _group(left: float, width: float, group: str, intervals: dict[str, Interval]) -> list[str]:
    parts = []
    bar = width * FILL / len(READINGS)
    for number, reading in enumerate(READINGS):
        interval, x = intervals[reading], left + width * (1 - FILL) / 2 + number * bar
        top, middle = _y(interval["mean"]), x + bar / 2
        parts += [
            f'<rect x="{x:.1f}" y="{top:.1f}" width="{bar - 2:.1f}" '
            f'height="{_y(0) - top:.1f}" fill="{COLOURS[reading]}"/>',
            _line((middle, _y(interval["low"])), (middle, _y(interval["high"])), "#222"),
            _text(middle, _y(interval["high"]) - 5, f"{100 * interval['mean']:.0f}", _MIDDLE),
        ]
    label = enumerate(group.split())
    top = HEIGHT - BOTTOM + 18
    words = [_text(left + width / 2, top + i * LINE_HEIGHT, word, _MIDDLE) for i, word in label]
    return [*parts, *words]


def _baseline(left: float, width: float, value: float) -> str:
    begin, end = left + width * (1 - FILL) / 2 - 4, left + width * (1 + FILL) / 2 + 2
    return _line((begin, _y(value)), (end, _y(value)), BEST[1], 'stroke-dasharray="5 3"')


def _grid() -> list[str]:
    parts = []
    for percent in range(0, 101, 20):
        y = _y(percent / 100)
        parts.append(_line((LEFT, y), (WIDTH - RIGHT, y), "#e3e3e3"))
        parts.append(_text(LEFT - 8, y + 4, str(percent), 'text-anchor="end"'))
    return parts


def _legend() -> list[str]:
    parts, x = [], float(LEFT)
    for name, colour in [*COLOURS.items(), BEST]:
        parts.append(f'<rect x="{x:.0f}" y="40" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(x + 17, 51, name))
        x += 34 + 6.6 * len(name)
    return parts


def _y(share: float) -> float:
    """Pixels from the top; a share that is not known lies on the ground."""
    known = share if share == share else 0.0
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - known)


def _line(start: tuple[float, float], end: tuple[float, float], colour: str, more: str = "") -> str:
    (x1, y1), (x2, y2) = start, end
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" {more}/>'
    )


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#222" {more}>{escape(words)}</text>'


_MIDDLE = 'text-anchor="middle"'
