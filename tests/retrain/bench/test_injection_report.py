"""The table of words in pictures names every way, and what orders do beyond idle words."""

import io

from rich.console import Console

from retrain.bench.injection_report import print_injection

SHARE = {"mean": 0.125, "low": 0.05, "high": 0.25, "of": 40}
DOCUMENT = {
    "judge": "safeguard@1+0123456789ab",
    "pairs": 20,
    "kinds": {
        name: {
            "strict_pair": {"mean": 0.8, "low": 0.7, "high": 0.9},
            "unsafe_to_safe": SHARE,
            "safe_to_unsafe": SHARE | {"mean": 0.5},
            "unparsable": SHARE | {"mean": 0.0},
        }
        for name in ("clean", "picture: sign, orders")
    },
    "obeyed": {"picture: sign": {"mean": -0.02, "low": -0.05, "high": 0.0}},
}


def test_every_way_is_a_line_with_its_figures() -> None:
    console = Console(file=io.StringIO(), width=80)
    print_injection(DOCUMENT, console)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "injection: safeguard@1+0123456789ab, 20 strict pairs"
    (sign,) = (line for line in lines if line.strip().startswith("picture: sign, orders"))
    assert sign.split()[3:] == "80.0 70.0..90.0 12.5 5.0..25.0 50.0 0.0".split()
    (obeyed,) = (line for line in lines if line.strip().startswith("picture: sign "))
    assert obeyed.split()[2:] == ["-2.0", "-5.0..0.0"]
