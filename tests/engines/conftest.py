"""Leave out what needs torch where torch is not installed; `make test-train` runs it."""

from importlib.util import find_spec

NEED_TORCH = ["safeguard/test_model.py", "safeguard/test_onnx_graph.py"]
collect_ignore = [] if find_spec("torch") else NEED_TORCH
