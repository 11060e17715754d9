"""Draw how often scores come true as an SVG: one dot a bin, on the diagonal where scores are right.

By hand, as bench/plot.py: lines, dots and words are all there is.
"""

from typing import Any

SIDE, MARGIN = 480, 56  # px
INNER = SIDE - 2 * MARGIN
BLUE, GREY = "#1f5fa8", "#e3e3e3"
FONT = 'font-family="system-ui, sans-serif" font-size="12"'
MIDDLE = 'text-anchor="middle"'


def draw(figures: dict[str, Any]) -> str:
    """The SVG's text. figures: as calibrate.py's"""
    title = f"{figures['engine']}: {figures['grade']}"
    said = f"ECE {figures['ece']:.3f}, AUROC {figures['auroc']:.3f}, {figures['pictures']} pictures"
    dots = [(_x(one["said"]), _y(one["true"])) for one in figures["bins"]]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" {FONT}>',
            f'<rect width="{SIDE}" height="{SIDE}" fill="white"/>',
            _text(SIDE / 2, 22, title, 'font-weight="bold"'),
            _text(SIDE / 2, 40, said),
            *_grid(),
            f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#888" stroke-dasharray="5 3"/>',
            f'<polyline fill="none" stroke="{BLUE}" points="{_points(dots)}"/>',
            *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{BLUE}"/>' for x, y in dots),
            _text(SIDE / 2, SIDE - 16, "score, mean of a bin of equal mass"),
            _text(0, 0, "share that violates", f'transform="translate(16 {SIDE / 2}) rotate(-90)"'),
            "</svg>\n",
        ]
    )


def _grid() -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        at = tenth / 10
        parts.append(f'<path d="M{_x(0)} {_y(at)}H{_x(1)}" stroke="{GREY}"/>')
        parts.append(f'<path d="M{_x(at)} {_y(0)}V{_y(1)}" stroke="{GREY}"/>')
        parts.append(_text(_x(at), _y(0) + 16, f"{at:g}"))
        parts.append(_text(_x(0) - 16, _y(at) + 4, f"{at:g}"))
    return parts


def _points(dots: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)


def _x(share: float) -> float:
    return round(MARGIN + INNER * share, 1)


def _y(share: float) -> float:
    return round(SIDE - MARGIN - INNER * share, 1)


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" fill="#222" {MIDDLE} {more}>{words}</text>'
