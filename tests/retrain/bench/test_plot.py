"""The plot is an SVG that shows each group's figures and breaks with no name."""

from pathlib import Path
from xml.etree import ElementTree

from retrain.bench.plot import BEST, COLOURS, HEIGHT, WIDTH, Chart, draw, write

SVG = "{http://www.w3.org/2000/svg}"
INTERVAL = {"mean": 0.5, "low": 0.4, "high": 0.6}
CHART = Chart(
    "a & b <c>",
    {
        name: {"strict": INTERVAL, "lenient": INTERVAL, "authors": INTERVAL}
        for name in ("Policy L1", "Health & more")
    },
    {"Policy L1": 0.2, "Health & more": 0.9},
)


def shapes(kind: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(draw(CHART)).findall(f"{SVG}{kind}")


def test_every_reading_of_every_group_has_its_bar() -> None:
    for colour in COLOURS.values():
        bars = [bar for bar in shapes("rect") if bar.get("fill") == colour]
        assert len(bars) == 3  # one in the legend
        assert len({bar.get("height") for bar in bars}) == 2


def test_the_best_baseline_is_a_line_across_each_group() -> None:
    lines = [line for line in shapes("line") if line.get("stroke") == BEST[1]]
    heights = [float(line.get("y1", "")) for line in lines]
    assert len(heights) == 2 and heights[0] > heights[1]  # .2 lies under .9


def test_words_are_escaped_and_stay_inside() -> None:
    texts = shapes("text")
    assert "a & b <c>" in [text.text for text in texts]
    assert all(0 <= float(text.get("y", "")) <= HEIGHT for text in texts)
    assert all(0 <= float(text.get("x", "")) <= WIDTH for text in texts)


def test_a_plot_is_written(tmp_path: Path) -> None:
    write(tmp_path / "plot.svg", CHART)
    assert (tmp_path / "plot.svg").read_text().startswith("<svg ")
