"""Publish an engine's build as a version, unless its manifest says that it must not judge.

Nothing here measures anything. What the manifest does not claim was not done: no figure, no
execution, no gate.
"""

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from engines.manifest import FILE, Manifest, sha256_of
from engines.safeguard.tolerances import broken
from policies.engine_publish import next_version, publish, read_log
from policies.publish import Place
from topics.engines import EngineRecord
from topics.errors import PolicyError, UsageError
from topics.fields import Mode

ENGINE: Literal["safeguard"] = "safeguard"
CPU = ("onnxruntime", "torch")  # builds that a processor may serve


def refusals(manifest: Manifest, *, allow_demo: bool) -> list[str]:
    """All reasons, in words; empty if it may be promoted."""
    return [
        *_unexecuted(manifest),
        *(f"tolerance of {manifest.precision}: {it}" for it in _broken(manifest)),
        *_ungated(manifest, allow_demo=allow_demo),
    ]


def _unexecuted(manifest: Manifest) -> list[str]:
    mine = [one for one in manifest.executed_on if one.runtime == manifest.runtime]
    if not mine:
        return [
            f"no machine has executed it with {manifest.runtime} "
            "(`reelguard engine check FOLDER --record` does it)"
        ]
    if manifest.runtime not in CPU and not any(one.capability for one in mine):
        return [f"no GPU has executed it, and {manifest.runtime} runs on nothing else"]
    return []


def _broken(manifest: Manifest) -> list[str]:
    return broken(manifest.precision, manifest.parity)


def _ungated(manifest: Manifest, *, allow_demo: bool) -> list[str]:
    if manifest.grade == "demo":
        demo = "it is a demo, whose verdicts are review at most (`--allow-demo` promotes it so)"
        return [] if allow_demo else [demo]
    gate = manifest.evaluation.get("gate", {})
    passed = [name for name, figures in gate.items() if not figures.get("refusal", "none said")]
    return [] if passed else [f"it passed no gate: {gate or 'none was held'}"]


@dataclass(frozen=True)
class Asked:
    """What a promotion is asked for."""

    uri: str | None
    why: str
    by: str | None
    mode: Mode
    percent: float | None


@dataclass(frozen=True)
class Promotion:
    """A build that may be promoted, and its record."""

    place: Place
    build: str
    record: EngineRecord

    @classmethod
    def checked(cls, folder: Path, asked: Asked, place: Place, *, allow_demo: bool) -> "Promotion":
        """Load the folder and read the log.

        raises: PolicyError with every reason why not; EngineError; UsageError; BrokerFault
        """
        if (asked.mode == "canary") != (asked.percent is not None):
            raise UsageError("--percent belongs to --mode canary and only to it")
        manifest = Manifest.load(folder)
        if against := refusals(manifest, allow_demo=allow_demo):
            raise PolicyError("\n  ".join([f"{manifest.build} is not promoted:", *against]))
        record = EngineRecord(
            engine=ENGINE,
            version=next_version(read_log(place), ENGINE),
            uri=asked.uri or folder.resolve().as_uri(),
            manifest_sha256=sha256_of(folder / FILE),
            mode=asked.mode,
            canary_percent=asked.percent,
            published_at=datetime.now(UTC),
            published_by=asked.by or getpass.getuser(),
            why=asked.why,
        )
        return cls(place, manifest.build, record)

    def describe(self) -> str:
        """One line."""
        record = self.record
        return (
            f"{record.engine} version {record.version} ({record.mode}): {self.build}, "
            f"manifest {record.manifest_sha256[:12]}, from {record.uri}"
        )

    def publish(self) -> int:
        """Write it; the offset. raises: PolicyError when another publisher was first"""
        return publish(self.place, self.record)
