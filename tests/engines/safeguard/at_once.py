"""Turn the shipped guard into one that answers at once, without a trace, and can say why after."""

import shutil
from dataclasses import replace
from pathlib import Path

from engines.manifest import Manifest, sha256_of
from engines.safeguard.golden import FILE as GOLDEN
from engines.safeguard.golden import Golden, golden_frames, read_golden, write_golden
from engines.safeguard.guard import Guard
from engines.safeguard.parts import graph_parts
from tests.engines.safeguard.swapped import swapped

DEMO = Path(__file__).parents[3] / "engines" / "weights" / "safeguard-demo"


def at_once(**changes: str | int) -> Manifest:
    """Its manifest: the trace that it was trained to give first is what it says afterwards."""
    manifest = Manifest.load(DEMO)
    given = {"why": "<think>", "why_max_tokens": 48} | changes
    mode = replace(manifest.mode, assistant_prefix="<think> </think><answer>", trace_max_tokens=0)
    return replace(manifest, modes={"direct": replace(mode, **given)})  # type: ignore[arg-type]


def write_at_once(folder: Path) -> None:
    """An engine's folder that loads. Without a trace it knows nothing: it calls all unsafe."""
    shutil.copytree(DEMO, folder)
    manifest = at_once()
    manifest = replace(manifest, modes={n: swapped(m) for n, m in manifest.modes.items()})
    golden = read_golden(DEMO)
    guard = Guard(manifest, graph_parts(DEMO, 1))
    answers = guard.judge(golden_frames(DEMO, golden), [one.policy for one in golden])
    written = [
        Golden(one.frame, one.policy, answer.word, answer.score)
        for one, answer in zip(golden, answers, strict=True)
    ]
    write_golden(folder, written)
    files = manifest.files | {GOLDEN: sha256_of(folder / GOLDEN)}
    replace(manifest, files=files).save(folder)
