"""`reelguard engine promote` on a real log: versions count one after the other, or not at all."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engines.manifest import Manifest, sha256_of
from policies.engine_publish import read_log
from policies.publish import Place
from retrain.engine_commands import engine
from topics.admin import create

DEMO = Path(__file__).parents[2] / "engines" / "weights" / "safeguard-demo"


@pytest.fixture
def place(kafka: str, prefix: str) -> Place:
    """An empty log of engines."""
    create(kafka, prefix=prefix)
    return Place(kafka, prefix)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped engine, with the figures that a compile writes."""
    folder = shutil.copytree(DEMO, tmp_path / "engine")
    parity = {"golden": {"logit_difference_max": 7e-6}}
    replace(Manifest.load(folder), parity=parity).save(folder)
    return folder


def promote(place: Place, folder: Path, *words: str) -> Result:
    environment = {"REELGUARD_KAFKA": place.bootstrap, "REELGUARD_TOPIC_PREFIX": place.prefix}
    asked = ["promote", str(folder), "--why", "better", "--by", "mira", *words]
    return CliRunner().invoke(engine, asked, env=environment)


def test_what_is_published_stands_in_the_log(place: Place, folder: Path) -> None:
    for version in (1, 2):
        done = promote(place, folder, "--allow-demo", "--yes", "--mode", "shadow")
        assert done.exit_code == 0, done.output
        assert f"safeguard version {version} (shadow)" in done.stdout
    held = read_log(place).held["safeguard"]
    assert held.version == 2 and held.live is None and held.candidate is not None
    record = held.candidate.record
    assert record.uri == folder.as_uri() and record.published_by == "mira"
    assert record.manifest_sha256 == sha256_of(folder / "manifest.json")


def test_a_dry_run_and_a_refusal_write_nothing(place: Place, folder: Path) -> None:
    said = promote(place, folder, "--allow-demo", "--dry-run")
    assert said.exit_code == 0 and "would publish safeguard version 1 (live)" in said.stdout
    refused = promote(place, folder, "--yes")
    assert refused.exit_code == 1 and "it is a demo" in refused.stderr
    unasked = promote(place, folder, "--allow-demo")
    assert unasked.exit_code == 2 and "add --yes" in unasked.stderr
    assert read_log(place).held == {}


def test_an_unexecuted_build_is_refused(place: Place, folder: Path) -> None:
    document = json.loads((folder / "manifest.json").read_text())
    document["executed_on"] = []
    (folder / "manifest.json").write_text(json.dumps(document))
    refused = promote(place, folder, "--allow-demo", "--yes")
    assert refused.exit_code == 1 and "no machine has executed it" in refused.stderr
    assert read_log(place).held == {}


def test_a_share_belongs_to_a_canary(place: Place, folder: Path) -> None:
    wrong = promote(place, folder, "--allow-demo", "--percent", "5", "--yes")
    assert wrong.exit_code == 2 and "--percent belongs to --mode canary" in wrong.stderr
