"""Type stubs of TensorRT, made from the bindings of TensorRT-RTX: its wheels bring none."""

import ast
import subprocess
import sys
from pathlib import Path

BINDINGS = "tensorrt_rtx_bindings.tensorrt_rtx"
PACKAGE = "from tensorrt_rtx_bindings.tensorrt_rtx import *\n\n__version__: str\n"
SETTINGS = """
[mypy]
strict = True
python_version = 3.11
explicit_package_bases = True
disallow_any_unimported = True
[mypy-tensorrt_rtx_bindings.*]
ignore_errors = True
[mypy-onnxruntime.*]
ignore_missing_imports = True
"""


def write_stubs(folder: Path) -> None:
    """A package `tensorrt`, for a type checker alone."""
    stubgen = str(Path(sys.executable).with_name("stubgen"))
    command = [stubgen, "-m", BINDINGS, "--inspect-mode", "-q", "-o", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    stub = folder / Path(*BINDINGS.split(".")).with_suffix(".pyi")
    stub.write_text(repaired(stub.read_text()))
    (folder / "tensorrt").mkdir()
    (folder / "tensorrt" / "__init__.pyi").write_text(PACKAGE)


def repaired(text: str) -> str:
    """Without the defaults of signatures where one stands before a parameter that has none."""
    lines = text.splitlines()
    while True:
        try:
            ast.parse(text)
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            assert " = ..." in lines[at], lines[at]
            lines[at] = lines[at].replace(" = ...", "")
            text = "\n".join(lines)
        else:
            return text


def faults(root: Path, files: list[str], stubs: Path) -> list[str]:
    """What mypy has against these files under the root, strictly, with the stubs."""
    (stubs / "mypy.ini").write_text(SETTINGS)
    command = [sys.executable, "-m", "mypy", "--config-file", str(stubs / "mypy.ini"), *files]
    command += ["--cache-dir", str(stubs / "cache")]
    done = subprocess.run(
        command, cwd=root, env={"MYPYPATH": str(stubs)}, capture_output=True, text=True
    )
    return [line for line in done.stdout.splitlines() if ": error:" in line]
