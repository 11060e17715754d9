"""Leave out what needs torch where torch is not installed; `make test-train` runs it."""

from importlib.util import find_spec

NEED_TORCH = [
    "safeguard/device",
    *(f"compile/test_{name}.py" for name in ("chat", "reference", "source", "whole")),
    *(f"safeguard/test_{name}.py" for name in ("checkpoint", "deepstack", "forward", "model")),
    "safeguard/test_onnx_graph.py",
    "runtimes/test_plan.py",
]
collect_ignore = [] if find_spec("torch") else NEED_TORCH
