"""`reelguard bench guard-video` from the outside: in one group with others, clear errors."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from workers.cli import load
from workers.guard_video_commands import bench


def test_benches_of_two_rooms_are_one_group() -> None:
    said = CliRunner().invoke(load(), ["bench", "--help"]).stdout
    assert "guard-video" in said and "safeeditbench" in said


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, workers.guard_video_commands; "
        "print(*(name for name in sys.modules if '.' not in name))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"numpy", "av", "PIL", "onnxruntime"} & {*done.stdout.split()} == set()


def test_without_a_fit_it_says_what_to_do(tmp_path: Path) -> None:
    done = CliRunner().invoke(bench, ["guard-video", str(tmp_path), "--videos", "1"])
    assert done.exit_code != 0 and "--fit" in done.output


def test_a_plot_that_cannot_be_written_costs_no_time(tmp_path: Path) -> None:
    plot = tmp_path / "missing" / "plot.svg"
    done = CliRunner().invoke(bench, ["guard-video", str(tmp_path), "--plot", str(plot)])
    assert done.exit_code != 0 and ".svg" in done.output
