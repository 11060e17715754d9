"""Keep TensorRT plans: a cache beside the graph that they were built of.

A plan is good for one graph with its weights, one version of the library, one compute capability,
one precision and one set of profiles; all of that is its name, and its record says it in full. A
plan that is cut off or changed is no plan. Nothing is ever deleted here.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from engines.errors import EngineError

from .plan import Profile

FOLDER = "plans"
RECORD, TEMPORARY = ".json", ".part"


@dataclass(frozen=True)
class Key:
    """What a plan was built of and for."""

    graph: str  # sha256 of the graph
    weights: str  # sha256 of the file that it points into
    library: str
    version: str
    capability: str  # SM90
    precision: str
    profiles: str  # sha256

    @property
    def name(self) -> str:
        """The plan's file."""
        whole = sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()
        return f"{self.library}-{self.version}-{self.capability}-{self.precision}-{whole[:16]}.plan"


def digest_of(profiles: Sequence[Profile]) -> str:
    """The profiles as one number."""
    plain = [sorted((name, shapes) for name, shapes in profile.items()) for profile in profiles]
    return sha256(json.dumps(plain).encode()).hexdigest()


def kept(folder: Path, key: Key) -> Path:
    """The plan of an engine's folder. raises: EngineError, saying for what there are plans"""
    path = folder / FOLDER / key.name
    record = path.with_name(path.name + RECORD)
    if not path.is_file() or not record.is_file():
        others = sorted(one.name for one in (folder / FOLDER).glob("*.plan"))
        raise EngineError(
            f"{folder} has no plan of {key.library} {key.version} for {key.capability} in "
            f"{key.precision}; there are {others}"
        )
    expected = json.loads(record.read_text(encoding="utf-8"))["sha256"]
    if sha256(path.read_bytes()).hexdigest() != expected:
        raise EngineError(f"{path} is not the plan that was built: sha256 differs from {expected}")
    return path


def keep(folder: Path, key: Key, plan: bytes) -> Path:
    """Put a plan beside its graph."""
    path = folder / FOLDER / key.name
    path.parent.mkdir(exist_ok=True)
    document = {**asdict(key), "sha256": sha256(plan).hexdigest()}
    record = path.with_name(path.name + RECORD)
    record.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    part = path.with_name(path.name + TEMPORARY)
    part.write_bytes(plan)
    part.replace(path)
    return path


def kept_or_built(folder: Path, key: Key, build: Callable[[], bytes]) -> Path:
    """The plan of an engine's folder, built where there is none. raises: EngineError"""
    path = folder / FOLDER / key.name
    return kept(folder, key) if path.is_file() else keep(folder, key, build())
