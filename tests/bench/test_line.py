"""A smoke test of the benches: every figure comes out, whatever it is on a busy machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FIGURES = {
    "line": {
        "worker_vs_pyav",
        "worker_vs_plain_pyav",
        "kafka_overhead_p99_seconds",
        "decode_realtime_factor",
        "worker_rss_mib",
        "media_rss_mib",
    },
    "media": {
        "worker_vs_pyav",
        "worker_vs_plain_pyav",
        "child_start_ms",
        "child_start_10s_ms",
        "decode_realtime_factor",
        "keyframe_realtime_factor",
        "media_rss_mib",
        "pdq_ms_per_frame",
        "hashlist_lookup_ms",
        "hashlist_import_seconds",
        "hashlist_mib",
    },
}


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("bench", FIGURES)
def test_the_last_line_of_the_bench_is_one_json_object_with_every_figure(bench: str) -> None:
    command = [sys.executable, "-m", f"tests.bench.{bench}", "--quick"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures.keys() == FIGURES[bench]
    assert all(value > 0 for value in figures.values())
