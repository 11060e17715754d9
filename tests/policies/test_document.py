"""YAML is read without its surprises."""

import pytest

from policies.document import TEXT_MAX, read
from topics.errors import PolicyError

REFUSED = [  # text, what the message says
    ("a: 1\nb: 2\na: 3\n", "f:3: `a` stands here a second time, first on line 1"),
    ("a: &x 1\nb: *x\n", "f:2: aliases are not allowed"),
    ("a: !!python/name:os.system 1\n", "f:1: tag tag:yaml.org,2002:python/name:os.system is not"),
    ("a: !!set {x}\n", "f:1: tag tag:yaml.org,2002:set is not allowed"),
    ("? [a]\n: 1\n", "f:1: expected a plain key"),
    ("a: 1\n--- \nb: 2\n", "f:2: but found another document"),
    ("a: [1\n", "f:2: "),
    ("a: \x00\n", "f: not readable as YAML"),
    ("[" * 3000, "f: not readable as YAML"),
    ("x" * (TEXT_MAX + 1), f"f: expected at most {TEXT_MAX} characters"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_it_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read(text, "f")
    assert str(caught.value).startswith(said)


PLAIN = [  # as written, as meant
    ("NO", "NO"),  # Norway, a truth value in YAML 1.1
    ("on", "on"),
    ("true", True),
    ("12:30", "12:30"),  # 750 in YAML 1.1
    ("017", "017"),  # 15 in YAML 1.1
    ("2026-11-25", "2026-11-25"),
    ("-3", -3),
    ("0.5", 0.5),
    ("null", None),
    ("", None),
    ("'1'", "1"),
]


@pytest.mark.parametrize(("written", "meant"), PLAIN)
def test_plain_words_mean_what_they_look_like(written: str, meant: object) -> None:
    data = read(f"a: {written}\n", "f").data
    assert data == {"a": meant}


def test_a_path_has_its_line_or_that_of_what_is_around_it() -> None:
    document = read("a:\n  b:\n    - 1\n    - 2\n", "f")
    assert document.place(("a", "b", 1)) == "f:4"
    assert document.place(("a", "c")) == "f:1"
