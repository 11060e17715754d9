"""The tree in the docstring is the tree of the classes, and each failure has its own reason."""

import inspect
import re

import pytest

from topics import errors
from topics.errors import ReelguardError

CLASSES = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, ReelguardError)
]


def drawn_parents() -> dict[str, str]:
    """Class -> parent, as the docstring draws them; several names on a line are siblings."""
    path: list[str] = []
    parents: dict[str, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        names = re.findall(
            r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)*(?=  |$)", re.sub(r"   +[a-z'].*", "", line)
        )
        if not line.startswith("    ") or not names:
            continue
        depth = len(re.match(r"[ │├└─]*", line)[0]) // 4 - 1  # type: ignore[index]
        path[depth:] = [names[0]]
        parents |= {name: path[depth - 1] for name in names if depth}
    return parents


def test_the_docstring_draws_every_class_below_its_parent() -> None:
    actual = {
        kind.__name__: kind.__bases__[0].__name__ for kind in CLASSES if kind is not ReelguardError
    }
    assert drawn_parents() == actual


def test_every_class_has_a_reason_of_its_own() -> None:
    reasons = [kind.reason for kind in CLASSES]

    assert len(set(reasons)) == len(reasons)
    assert all(re.fullmatch("[a-z][a-z_]*", reason) for reason in reasons)


@pytest.mark.parametrize(
    ("kind", "retryable"),
    [
        (errors.FetchTimeout, True),
        (errors.BrokerFault, True),
        (errors.Unreadable, False),
        (errors.RecordError, False),
        (errors.PolicyError, False),
    ],
)
def test_only_transient_failures_and_faults_may_succeed_later(
    kind: type[ReelguardError], retryable: bool
) -> None:
    assert kind("it failed").retryable is retryable


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_class_explains_itself(kind: type[ReelguardError]) -> None:
    assert kind.__doc__ and kind.__doc__.endswith(".")
