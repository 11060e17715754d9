"""A document becomes a record, or it is said what was expected where and what was found."""

from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from engines.errors import ManifestError
from engines.record import from_document


@dataclass(frozen=True)
class Size:
    width: int
    ratio: float = 1.0

    def __post_init__(self) -> None:
        if self.width % 2:
            raise ValueError(f"a width of {self.width} is odd")


@dataclass(frozen=True)
class Thing:
    name: str
    size: Size
    colour: Literal["red", "green"] = "red"
    parts: dict[str, Size] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    solid: bool = True
    anything: dict[str, Any] = field(default_factory=dict)
    kept: Size | str | None = None


GOOD = {"name": "a", "size": {"width": 2}}


def test_a_document_becomes_the_record_with_its_defaults() -> None:
    more = {"tags": ["x"], "parts": {"p": {"width": 4, "ratio": 2}}, "anything": {"deep": [None]}}
    made = from_document(Thing, GOOD | more, "thing.json")
    assert made == Thing(
        "a", Size(2), tags=("x",), parts={"p": Size(4, 2.0)}, anything={"deep": [None]}
    )


@pytest.mark.parametrize(
    ("kept", "expected"), [(None, None), ("in words", "in words"), ({"width": 6}, Size(6))]
)
def test_a_field_may_be_a_record_or_something_plain(kept: object, expected: object) -> None:
    assert from_document(Thing, GOOD | {"kept": kept}, "thing.json").kept == expected


WRONG: list[tuple[object, str]] = [
    (None, "thing.json: expected the fields of Thing, got NoneType None"),
    ([GOOD], "expected the fields of Thing, got list"),
    ({"name": "a"}, r"Thing with missing = \['size'\], unknown = \[\]"),
    (GOOD | {"nmae": 1}, r"unknown = \['nmae'\]"),
    (GOOD | {"name": 1}, "thing.json: name: expected a str, got int 1"),
    (GOOD | {"size": {"width": "2"}}, "thing.json: size: width: expected an int, got str '2'"),
    (GOOD | {"size": {"width": True}}, "expected an int, got bool True"),
    (GOOD | {"size": {"width": 2.0}}, "expected an int, got float 2.0"),
    (GOOD | {"size": {"width": 10**400}}, "expected an int, got int 1000"),
    (GOOD | {"size": {"width": 2, "ratio": float("nan")}}, "a finite number, got float nan"),
    (GOOD | {"size": {"width": 2, "ratio": 10**400}}, "expected a number, got int 1000"),
    (GOOD | {"size": {"width": 2, "ratio": "1"}}, "ratio: expected a float, got str '1'"),
    (GOOD | {"size": {"width": 3}}, "thing.json: size: a width of 3 is odd"),
    (GOOD | {"colour": "blue"}, "colour is 'blue', none of red, green"),
    (GOOD | {"colour": ["red"]}, r"colour is \['red'\], none of red, green"),
    (GOOD | {"tags": "x"}, "tags: expected a list, got str 'x'"),
    (GOOD | {"tags": [1]}, "tags: expected a str, got int 1"),
    (GOOD | {"parts": [1]}, "parts: expected an object, got list"),
    (GOOD | {"parts": {"p": 1}}, r"parts\.p: expected the fields of Size, got int 1"),
    (GOOD | {"solid": 1}, "solid: expected a bool, got int 1"),
    (GOOD | {"kept": 7}, "kept: expected a str, got int 7"),
    (GOOD | {"name": 7 * [7 * ["long"]]}, r"got list \[\['long', .{1,60}$"),  # cut
]


@pytest.mark.parametrize(("document", "message"), WRONG)
def test_what_does_not_fit_is_named_with_its_place(document: object, message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        from_document(Thing, document, "thing.json")
