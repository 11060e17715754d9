"""`make bench-gpu` measures a GPU or nothing; its small shape runs everywhere torch does."""

import json
import subprocess
import sys

import pytest

ABSENT = (  # on a bare CUDA machine
    *("onnxruntime", "onnx", "onnxscript", "msgspec", "faust", "av", "aiokafka", "kafka", "arro3"),
    *("obstore", "prometheus_client", "c2pa", "hypothesis", "pytest"),
)
BARE = f"""
import sys
sys.modules.update(dict.fromkeys({ABSENT}))
from tests.bench.gpu import main
sys.exit(main())
"""
KEYS = {
    "frames_per_second": {"1", "5", "8", "32"},
    "peak_percent_at": {"1", "5", "8", "32"},
    "teraflop_a_frame": {"1", "5", "8", "32"},
}
FIGURES = ("peak_percent", "rows_speedup", "max_logit_error", "max_step_error", "step_ms")


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BARE, *arguments]
    environment = {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_without_a_gpu_it_measures_nothing_and_says_so() -> None:
    done = bench()
    assert done.returncode == 2 and done.stdout == ""
    assert "found none; nothing was measured" in done.stderr or "missing: torch" in done.stderr


@pytest.mark.torch
@pytest.mark.timeout(600)
def test_the_small_shape_runs_the_whole_way_on_a_processor() -> None:
    done = bench("--shape", "small")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["device"] == "cpu" and found["precision"] == "float32"
    assert {key: set(found[key]) for key in KEYS} == KEYS
    assert all(found[figure] > 0 for figure in FIGURES)
    assert max(found["max_logit_error"], found["max_step_error"]) <= 1e-4 < found["logit_spread"]


@pytest.mark.gpu
@pytest.mark.timeout(600)
def test_a_gpu_reaches_the_target() -> None:
    command = [sys.executable, "-m", "tests.bench.gpu"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["frames_per_second"]["5"] >= 25 and found["peak_percent"] >= 45
