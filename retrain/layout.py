"""Find out whether an engine may read long policies before the image, and write it down.

    python -m retrain.layout engines/weights/safeguard-demo

Judges strict pairs of the test sets in both orders and times both: three minutes of one core.
Nothing but the manifest changes; a worker reads long policies first as soon as it is loaded anew.
"""

import argparse
import logging
from dataclasses import replace
from pathlib import Path

from engines.manifest import POLICY_FIRST_CASES_MIN, Manifest, PolicyFirst
from engines.safeguard.gate import Cases
from engines.safeguard.parts import load_parts
from engines.safeguard.policy_first_gate import measured

from .testsets import SETS, build
from .traces import label

log = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> None:
    """Measure, and write the manifest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", type=Path, help="folder of the engine version")
    pairs = POLICY_FIRST_CASES_MIN
    parser.add_argument("--pairs", type=int, default=pairs, help="strict pairs to judge")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    found = found_in(given.engine, given.pairs)
    log.info(
        "image first %.3f, policy first %.3f on %d cases, cheaper from %d tokens on: %s",
        *(found.published, found.accuracy, found.cases, found.from_tokens),
        "offered" if found.offered else "not offered",
    )


def found_in(folder: Path, count: int) -> PolicyFirst:
    """What the manifest says from now on."""
    manifest = Manifest.load(folder)
    parts = load_parts(folder, manifest.runtime, 1)
    found = measured(replace(manifest, policy_first=None), parts, cases(count))
    replace(manifest, policy_first=found).save(folder)
    return found


def cases(count: int) -> Cases:
    """Both pictures of strict pairs, with the right words."""
    pairs, frames = build(SETS[0], count)
    asked = [(pair, scene) for pair in pairs for scene in pair.scenes]
    return Cases(
        frames,
        [pair.text for pair, _ in asked],
        [label(pair.policy, scene.place, scene.objects) for pair, scene in asked],
    )


if __name__ == "__main__":
    main()
