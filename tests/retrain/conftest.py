"""Leave out what needs torch where torch is not installed; `make test-train` runs it."""

from importlib.util import find_spec

NEED_TORCH = ["test_batches.py", "test_forward.py", "test_muon.py", "test_parity.py"]
NEED_TORCH += ["test_stages.py"]
collect_ignore = [] if find_spec("torch") else NEED_TORCH
