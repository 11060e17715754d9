"""A checkpoint is a folder, or a model of the hub; what cannot be had is said in one line."""

from pathlib import Path

import pytest

from engines.compile.hub import find
from engines.errors import EngineError


def test_a_folder_is_itself(tmp_path: Path) -> None:
    (tmp_path / "guard").mkdir()
    found = find(str(tmp_path / "guard"), None)
    assert (found.folder, found.name) == (tmp_path / "guard", "guard")


def test_a_folder_has_no_revision(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="a revision belongs to a model of the hub"):
        find(str(tmp_path), "main")


@pytest.mark.parametrize("model", ["nowhere", "/no/such/folder", "a/b/c", "tyodd/", "../x y"])
def test_what_is_neither_is_refused(model: str) -> None:
    with pytest.raises(EngineError, match="is neither a folder nor a hub id like tyodd/SafeGuard"):
        find(model, None)


def test_without_the_hub_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EngineError, match="is not in the hub's cache, and the hub did not give it"):
        find("tyodd/SafeGuard-VL-RL", "no-such-revision")


def test_what_the_hub_s_cache_has_needs_no_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    model, commit = tmp_path / "models--a--guard", "0" * 40
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text(commit)
    (model / "snapshots" / commit).mkdir(parents=True)
    (model / "snapshots" / commit / "config.json").write_text("{}")
    found = find("a/guard", None)
    assert found.name == f"a/guard@{commit}"
    assert (found.folder / "config.json").exists()
