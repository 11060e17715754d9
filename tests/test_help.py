"""`reelguard --help` comes at once, because it loads nothing heavy."""

import resource
import subprocess
import sys

HELP_SECONDS = 0.5
HEAVY = {"torch", "transformers", "faust", "mode", "aiokafka", "onnxruntime", "av", "numpy"}
HELP = "import sys; from workers.cli import main; sys.argv[1:] = ['--help']\n"
REPORT = """
try:
    main()
except SystemExit:
    print('LOADED', *(name for name in sys.modules if '.' not in name))
"""


def test_help_loads_neither_torch_nor_faust() -> None:
    done = subprocess.run([sys.executable, "-c", HELP + REPORT], capture_output=True, text=True)

    loaded = set(done.stdout.partition("LOADED")[2].split())
    assert "click" in loaded, done.stderr
    assert loaded & HEAVY == set()


def test_help_comes_at_once() -> None:
    took = []
    for _ in range(3):  # processor seconds, the best of three: other work here is not ours
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", HELP + "main()"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    assert min(took) < HELP_SECONDS, took
