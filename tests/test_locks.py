"""The lock files hold what pyproject.toml asks for, with hashes and without addresses."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKS = ROOT / ".ci" / "locks"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
WANTED = {
    "worker": [*PROJECT["project"]["dependencies"], *EXTRAS["worker"]],
    "test": [*EXTRAS["worker"], *PROJECT["dependency-groups"]["dev"]],
    "long": [*PROJECT["dependency-groups"]["dev"], *PROJECT["dependency-groups"]["long"]],
    "dali": [*EXTRAS["worker"], *PROJECT["dependency-groups"]["dali"]],
    "train": [*EXTRAS["worker"], *EXTRAS["retrain"], *PROJECT["dependency-groups"]["dev"]],
}


def pins(lock: str) -> dict[str, str]:
    """Package → version; where a lock has one for each Python, the first."""
    found: dict[str, str] = {}
    for package, version in re.findall(r"^([\w.-]+)==([\w.+-]+)", (LOCKS / lock).read_text(), re.M):
        found.setdefault(canonicalize_name(package), version)
    return found


@pytest.mark.parametrize("room", WANTED)
def test_a_lock_meets_what_the_project_asks_for(room: str) -> None:
    locked = pins(f"{room}.txt")
    stale = [
        text
        for text in WANTED[room]
        if not (wish := Requirement(text)).specifier.contains(
            locked.get(canonicalize_name(wish.name), "0"), prereleases=True
        )
    ]
    assert stale == [], "run `make lock`"


@pytest.mark.parametrize("lock", sorted(LOCKS.glob("*.txt")), ids=lambda path: path.name)
def test_a_lock_names_hashes_and_no_registry(lock: Path) -> None:
    text = lock.read_text()
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|/tmp/|/home/", text)
    assert len(re.findall(r"^[\w.-]+==.* \\\n    --hash=sha256:", text, re.M)) == len(
        re.findall(r"^[\w.-]+==", text, re.M)
    )


def test_the_worker_installs_no_torch() -> None:
    assert not pins("worker.txt").keys() & {"torch", "transformers", "triton"}
