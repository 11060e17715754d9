"""Ask how false flags and recall change where all thresholds are moved together, and draw it.

Thresholds are moved on the scale of log-odds, from the answers that were given; what was decoded
more densely stays what it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from policies.segments import find_segments
from policies.timeline import timeline

from .judging import Outcome
from .measure import FALSE_FLAGS_MAX, RECALL_MIN, Share, is_found
from .tuned import Tuned, policies

SHIFTS = (-4.0, -3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0)  # of log-odds
WIDTH, HEIGHT, MARGIN = 520, 420, 60  # px
FLAGS_SHOWN = 0.25  # the right edge; beyond it points lie on it
BLUE, RED, GREY = "#1f5fa8", "#b5402a", "#e3e3e3"


@dataclass(frozen=True)
class Point:
    """Where all thresholds are moved by `shift`."""

    shift: float
    flagged: Share
    found: Share


def curve(outcomes: Sequence[Outcome], tuned: Tuned) -> list[Point]:
    """A point for each shift; at 0 about what was measured."""
    return [_point(outcomes, tuned, shift) for shift in SHIFTS]


def _point(outcomes: Sequence[Outcome], tuned: Tuned, shift: float) -> Point:
    flagged = found = 0
    for outcome in outcomes:
        segments = _segments(outcome, tuned, shift)
        if violation := outcome.truth.violation:
            found += is_found(violation, segments[violation.policy_id])
        else:
            flagged += any(segments.values())
    guilty = sum(outcome.truth.violation is not None for outcome in outcomes)
    return Point(shift, Share(flagged, len(outcomes) - guilty), Share(found, guilty))


def _segments(outcome: Outcome, tuned: Tuned, shift: float) -> dict[str, list[tuple[float, float]]]:
    found = {}
    for policy in policies(tuned):
        answers, duration = outcome.answers[policy.id], outcome.duration_seconds
        line = timeline(answers, outcome.frame_seconds, duration)
        threshold = moved(tuned.thresholds[policy.id], shift)
        spans = find_segments(line, policy, threshold)
        found[policy.id] = [(span.start_seconds, span.end_seconds) for span in spans]
    return found


def moved(threshold: float, shift: float) -> float:
    """A threshold, so many log-odds higher."""
    return 1 / (1 + exp(-(log(threshold) - log(1 - threshold)) - shift))


def draw(points: Sequence[Point], title: str) -> str:
    """The SVG's text: false flags across, recall upwards, the bars as lines."""
    dots = [(_x(point.flagged.value), _y(point.found.value), point) for point in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in dots)
    font = 'font-family="system-ui, sans-serif" font-size="12"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {font}>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
            _text(WIDTH / 2, 24, title, 'font-weight="bold"'),
            *_grid(),
            f'<path d="M{_x(FALSE_FLAGS_MAX):.1f} {_y(0)}V{_y(1)}" stroke="{RED}"/>',
            f'<path d="M{_x(0)} {_y(RECALL_MIN):.1f}H{_x(FLAGS_SHOWN)}" stroke="{RED}"/>',
            f'<polyline fill="none" stroke="{BLUE}" points="{path}"/>',
            *(_dot(x, y, point) for x, y, point in dots),
            _text(WIDTH / 2, HEIGHT - 14, "clean videos flagged, %"),
            _text(
                0, 0, "violations found, %", f'transform="translate(16 {HEIGHT / 2}) rotate(-90)"'
            ),
            "</svg>\n",
        ]
    )


def _dot(x: float, y: float, point: Point) -> str:
    radius = 4 if point.shift else 7  # the fitted thresholds stand out
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{BLUE}"/>'


def _grid() -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        at = tenth / 10
        parts.append(f'<path d="M{_x(0)} {_y(at)}H{_x(FLAGS_SHOWN)}" stroke="{GREY}"/>')
        parts.append(_text(_x(0) - 18, _y(at) + 4, f"{100 * at:.0f}"))
        share = at * FLAGS_SHOWN
        parts.append(_text(_x(share), _y(0) + 16, f"{100 * share:g}"))
    return parts


def _x(flags: float) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * min(flags, FLAGS_SHOWN) / FLAGS_SHOWN


def _y(recall: float) -> float:
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * recall


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#222" text-anchor="middle" {more}>{words}</text>'
