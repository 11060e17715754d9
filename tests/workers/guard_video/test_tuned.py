"""Fitted numbers are written down with the build they belong to."""

from dataclasses import replace
from pathlib import Path

import pytest

from policies.policy import check
from topics.errors import UsageError
from workers.guard_video.tuned import Tuned, policies, read, save, untuned


def fitted() -> Tuned:
    return replace(untuned("guard@1"), k=3, n=5)


def test_what_was_saved_is_read_again(tmp_path: Path) -> None:
    save(fitted(), tmp_path / "fitted.json")
    assert read(tmp_path / "fitted.json", "guard@1") == fitted()


def test_numbers_of_another_build_are_refused(tmp_path: Path) -> None:
    save(fitted(), tmp_path / "fitted.json")
    with pytest.raises(UsageError, match="fitted on guard@1, the engine is guard@2"):
        read(tmp_path / "fitted.json", "guard@2")


def test_without_a_fit_the_option_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--fit"):
        read(tmp_path / "fitted.json", "guard@1")


def test_every_live_policy_is_valid_with_the_fitted_numbers() -> None:
    for policy in policies(fitted()):
        check(policy)
        assert (policy.k, policy.n, policy.actions.label) == (3, 5, 0.5)
