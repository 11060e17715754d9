"""The reliability plot shows every bin where it belongs."""

from xml.etree import ElementTree

from retrain.reliability_plot import MARGIN, SIDE, draw

FIGURES = {
    "engine": "safeguard",
    "grade": "ordinal",
    "ece": 0.061,
    "auroc": 0.9,
    "pictures": 30,
    "bins": [
        {"said": 0.0, "true": 0.0, "count": 15},
        {"said": 1.0, "true": 0.5, "count": 15},
    ],
}


def test_a_dot_a_bin_stands_where_its_figures_say() -> None:
    dots = ElementTree.fromstring(draw(FIGURES)).findall("{http://www.w3.org/2000/svg}circle")
    places = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in dots]
    assert places == [(MARGIN, SIDE - MARGIN), (SIDE - MARGIN, SIDE / 2)]


def test_grade_and_figures_are_said() -> None:
    assert all(word in draw(FIGURES) for word in ("ordinal", "ECE 0.061", "AUROC 0.900"))
