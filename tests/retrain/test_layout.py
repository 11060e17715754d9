"""What was measured of the order of image and policy is in the manifest; no more has changed."""

import shutil
from dataclasses import replace
from pathlib import Path

from engines.manifest import Manifest
from engines.safeguard.guard import Guard
from retrain.layout import main
from tests.engines.safeguard.test_guard import DEMO


def test_the_manifest_says_how_the_engine_judges_in_both_orders(tmp_path: Path) -> None:
    folder = tmp_path / "engine"
    shutil.copytree(DEMO, folder)
    main([str(folder), "--pairs", "12"])
    before, after = Manifest.load(DEMO), Guard.load(folder).manifest
    found = after.policy_first
    assert found is not None and (found.cases, found.mode.layout) == (24, "policy_first")
    assert not found.offered and 0 < found.from_tokens <= after.s_max
    assert replace(after, policy_first=before.policy_first) == before
