"""Compose sentence templates from parts, and hold parts out of training.

A fifth of the parts of every kind is held out, not single sentences: a held-out sentence is built
on a clause or an idiom that no training sentence has, half of the time under a condition that none
has, and names what is judged by a word that none has. Words that decide between allowed and banned
are known from other parts: nobody can guess those.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from . import conditions_company, conditions_place, grammar, grammar_rest
from .clauses_against import AGAINST
from .clauses_counted import AGAINST_MANY, FEW, FOR_FEW, MANY
from .clauses_for import FOR, NOT_AGAINST
from .idioms import IDIOMS
from .rules import HELD_OUT_KIND, KINDS

HELD_OUT_SHARE = 0.2  # of the parts
HELD_OUT_SEED = 2026
ALWAYS_SEEN = 2  # first parts of each list: the easy sentences are made of them
IDIOM_SHARE = 0.2  # of the sentences of a kind; else few idioms drown in composed sentences
LISTS: dict[str, Sequence[str]] = {
    "against": AGAINST,
    "for": FOR,
    "not against": NOT_AGAINST,
    "against many": AGAINST_MANY,
    "for few": FOR_FEW,
    "many": MANY,
    "few": FEW,
    "outside": conditions_place.OUTSIDE,
    "outside after": conditions_place.OUTSIDE_AFTER,
    "inside": conditions_place.INSIDE,
    "inside after": conditions_place.INSIDE_AFTER,
    "without": conditions_company.WITHOUT,
    "without after": conditions_company.WITHOUT_AFTER,
    "together": conditions_company.TOGETHER,
    "together after": conditions_company.TOGETHER_AFTER,
    **{f"idiom {kind}": texts for kind, texts in IDIOMS.items()},
    "rest": grammar_rest.REST,
    **{f"rest verb {banned}": texts for banned, texts in grammar_rest.REST_VERBS.items()},
    **{f"rest order {banned}": texts for banned, texts in grammar_rest.REST_ORDERS.items()},
    **{f"rest whole {banned}": texts for banned, texts in grammar_rest.REST_WHOLE.items()},
}  # all that is split

Texts = list[str]
Pick = Callable[[str], Texts]  # of the parts of a list, those to use


@dataclass(frozen=True)
class Templates:
    """Sentences to choose from, and the words for what is judged."""

    rules: dict[str, Texts]
    rest: dict[bool, Texts]
    carriers: tuple[str, ...]


@dataclass(frozen=True)
class Parted:
    """A list of parts, with and without what is held out."""

    seen: Texts
    held: Texts

    @property
    def all(self) -> Texts:
        """Both."""
        return self.seen + self.held


class _Splitter:
    """Splits lists of parts so that every held-out word is a known one."""

    def __init__(self, everything: Iterable[str]) -> None:
        """`everything` that is ever split, to know which words have more than one home."""
        self._rng = np.random.default_rng(HELD_OUT_SEED)
        self._homes = Counter(word for part in everything for word in set(part.split()))

    def split(self, parts: Sequence[str]) -> Parted:
        """Hold out a share of the parts."""
        held: set[int] = set()
        for i in self._rng.permutation(np.arange(ALWAYS_SEEN, len(parts))).tolist():
            words = set(parts[i].split())
            if len(held) < round(HELD_OUT_SHARE * len(parts)) and self._at_home(words):
                self._homes.subtract(words)
                held.add(i)
        return Parted(
            [part for i, part in enumerate(parts) if i not in held],
            [part for i, part in enumerate(parts) if i in held],
        )

    def _at_home(self, words: set[str]) -> bool:
        return all(self._homes[word] > 1 for word in words)


def _split() -> dict[str, Parted]:
    splitter = _Splitter(chain(*LISTS.values(), grammar.NEVER, grammar.ALWAYS))
    return {name: splitter.split(parts) for name, parts in LISTS.items()} | {
        "never": Parted([*grammar.NEVER], [*grammar.NEVER_HELD_OUT]),
        "always": Parted([*grammar.ALWAYS], [*grammar.ALWAYS_HELD_OUT]),
    }


def _composed(parts: dict[str, Parted]) -> tuple[Templates, Templates]:
    def seen(name: str) -> Texts:
        return parts[name].seen

    def held(name: str) -> Texts:
        return parts[name].held

    def everything(name: str) -> Texts:
        return parts[name].all

    def evenly(name: str) -> Texts:
        return _evenly(parts[name])

    unseen = _plain(held, everything) | _conditional(held, evenly)
    where = _sentences(_around(seen("against"), [*conditions_place.HERE]))
    return (
        Templates(
            _with_idioms(_plain(seen, seen) | _conditional(seen, seen), seen),
            _rest(seen, seen),
            grammar.CARRIERS,
        ),
        Templates(
            _with_idioms(unseen, held) | {HELD_OUT_KIND: where},
            _rest(everything, held),
            grammar.CARRIERS_HELD_OUT,
        ),
    )


def _plain(clauses: Pick, fillers: Pick) -> dict[str, Texts]:
    return {
        "ban": _after(clauses("against"), fillers("never")),
        "allow": _after(clauses("for"), fillers("always"))
        + _after(clauses("not against"), [*grammar.NOT_EVER]),
    }


def _conditional(clauses: Pick, conditions: Pick) -> dict[str, Texts]:
    def conditional(bans: str, allows: str) -> Texts:
        return [
            *_around(clauses("against"), conditions(bans)),
            *_after(clauses("against"), conditions(f"{bans} after")),
            *_around(clauses("for"), conditions(allows)),
            *_after(clauses("for"), conditions(f"{allows} after")),
            *_before(clauses("not against"), conditions(allows)),
        ]

    return {
        "except": conditional("outside", "inside"),
        "with": conditional("without", "together"),
        "count": _counted(clauses("against many"), conditions("many"))
        + _counted(clauses("for few"), conditions("few")),
    }


def _with_idioms(composed: dict[str, Texts], pick: Pick) -> dict[str, Texts]:
    """Sentences of each kind."""
    return {kind: _mixed(composed[kind], pick(f"idiom {kind}")) for kind in KINDS}


def _rest(things: Pick, sayings: Pick) -> dict[bool, Texts]:
    """Sentences for the objects that no rule names."""
    return {
        banned: _mixed(
            _said(things("rest"), sayings(f"rest verb {banned}"), sayings(f"rest order {banned}")),
            sayings(f"rest whole {banned}"),
        )
        for banned in (False, True)
    }


def _mixed(composed: Texts, whole: Texts) -> Texts:
    """Sentences, those that are not composed repeated until they have their share."""
    wanted = len(composed) * IDIOM_SHARE / (1 - IDIOM_SHARE)
    return _sentences(composed + whole * max(1, round(wanted / len(whole))))


def _said(things: Texts, verbs: Texts, orders: Texts) -> Texts:
    stated = [f"{thing} {verb}" for thing in things for verb in verbs]
    return stated + [f"{o} {thing}" for o in orders for thing in things if _clear(o, thing)]


def _clear(order: str, thing: str) -> bool:
    """ "Do not show everything else" may mean that some of it is shown."""
    return not (thing.startswith(("every", "all")) and {"not", "never"} & {*order.split()})


def _after(main: Texts, conditions: Texts) -> Texts:
    return [clause + condition for clause in main for condition in conditions]


def _around(main: Texts, conditions: Texts) -> Texts:
    """The condition behind the clause, or before it with a comma."""
    return _after(main, conditions) + _before(main, conditions)


def _before(main: Texts, conditions: Texts) -> Texts:
    return [f"{condition.strip()} , {clause}" for clause in main for condition in conditions]


def _counted(main: Texts, amounts: Texts) -> Texts:
    return [clause.replace("{x}", amount) for clause in main for amount in amounts]


def _evenly(parts: Parted) -> Texts:
    """Seen and held-out parts, the held-out ones repeated until they are half."""
    repeats = max(1, len(parts.seen) // max(1, len(parts.held)))
    return parts.seen + parts.held * repeats


def _sentences(texts: Iterable[str]) -> Texts:
    return [f"{text} ." for text in texts]


SPLIT = _split()
SEEN, UNSEEN = _composed(SPLIT)
BEGINNER = Templates({kind: list(grammar.EASY[kind]) for kind in KINDS}, SEEN.rest, SEEN.carriers)
