"""Compose sentence templates from parts, and hold parts out of training.

A fifth of the parts of every kind is held out, not single sentences: a held-out sentence is built
on a clause or an idiom that no training sentence has, half of the time under a condition that none
has, and names what is judged by a word that none has. Words that decide between allowed and banned
are known from other parts: nobody can guess those.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from . import clauses, grammar
from .rules import HELD_OUT_KIND, KINDS

HELD_OUT_SHARE = 0.2  # of the parts
HELD_OUT_SEED = 2026
ALWAYS_SEEN = 2  # first parts of each list: the easy sentences are made of them

Texts = list[str]


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


class _Parts:
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


def _composed() -> tuple[Templates, Templates]:
    parts = _Parts(_everything())
    against, for_ = parts.split(clauses.AGAINST), parts.split(clauses.FOR)
    many, few = parts.split(clauses.AGAINST_MANY), parts.split(clauses.FOR_FEW)
    outside, inside = parts.split(grammar.OUTSIDE), parts.split(grammar.INSIDE)
    without, together = parts.split(grammar.WITHOUT), parts.split(grammar.TOGETHER)
    idioms = {kind: parts.split(grammar.IDIOMS[kind]) for kind in KINDS}
    never = Parted([*grammar.NEVER], [*grammar.NEVER_HELD_OUT])
    always = Parted([*grammar.ALWAYS], [*grammar.ALWAYS_HELD_OUT])
    amounts = {"many": parts.split(grammar.MANY), "few": parts.split(grammar.FEW)}
    seen = {
        "ban": _after(against.seen, never.seen),
        "allow": _after(for_.seen, always.seen),
        "except": _around(against.seen, outside.seen) + _after(for_.seen, inside.seen),
        "with": _around(against.seen, without.seen) + _after(for_.seen, together.seen),
        "count": _counted(many.seen, amounts["many"].seen)
        + _counted(few.seen, amounts["few"].seen),
    }
    held = {
        "ban": _after(against.held, never.all),
        "allow": _after(for_.held, always.all),
        "except": _around(against.held, _evenly(outside)) + _after(for_.held, _evenly(inside)),
        "with": _around(against.held, _evenly(without)) + _after(for_.held, _evenly(together)),
        "count": _counted(many.held, _evenly(amounts["many"]))
        + _counted(few.held, _evenly(amounts["few"])),
    }
    for kind in KINDS:
        seen[kind] = _sentences([*seen[kind], *idioms[kind].seen])
        held[kind] = _sentences([*held[kind], *idioms[kind].held])
    held[HELD_OUT_KIND] = _sentences(_around(against.seen, list(grammar.HERE)))
    seen_rest, held_rest = _rest(parts)
    return (
        Templates(seen, seen_rest, grammar.CARRIERS),
        Templates(held, held_rest, grammar.CARRIERS_HELD_OUT),
    )


def _everything() -> Iterator[str]:
    lists = (clauses.AGAINST, clauses.FOR, clauses.AGAINST_MANY, clauses.FOR_FEW)
    yield from chain(*lists, grammar.MANY, grammar.FEW, grammar.NEVER, grammar.ALWAYS)
    yield from chain(grammar.OUTSIDE, grammar.INSIDE, grammar.WITHOUT, grammar.TOGETHER)
    yield from chain(*grammar.IDIOMS.values(), grammar.REST)
    yield from chain(*grammar.REST_VERBS.values(), *grammar.REST_ORDERS.values())


def _rest(parts: _Parts) -> tuple[dict[bool, Texts], dict[bool, Texts]]:
    """Sentences for the objects that no rule names; a held-out one has a held-out verb or order."""
    things = parts.split(grammar.REST)
    seen: dict[bool, Texts] = {}
    held: dict[bool, Texts] = {}
    for banned in (False, True):
        verbs = parts.split(grammar.REST_VERBS[banned])
        orders = parts.split(grammar.REST_ORDERS[banned])
        seen[banned] = _sentences(_said(things.seen, verbs.seen, orders.seen))
        held[banned] = _sentences(_said(things.all, verbs.held, orders.held))
    return seen, held


def _said(things: Texts, verbs: Texts, orders: Texts) -> Texts:
    stated = [f"{thing} {verb}" for thing in things for verb in verbs]
    return stated + [f"{order} {thing}" for order in orders for thing in things]


def _after(main: Texts, conditions: Texts) -> Texts:
    return [clause + condition for clause in main for condition in conditions]


def _around(main: Texts, conditions: Texts) -> Texts:
    """The condition behind the clause, or before it with a comma."""
    before = [f"{condition.strip()} , {clause}" for clause in main for condition in conditions]
    return _after(main, conditions) + before


def _counted(main: Texts, amounts: Texts) -> Texts:
    return [clause.replace("{x}", amount) for clause in main for amount in amounts]


def _evenly(parts: Parted) -> Texts:
    """Seen and held-out parts, the held-out ones repeated until they are half."""
    repeats = max(1, len(parts.seen) // max(1, len(parts.held)))
    return parts.seen + parts.held * repeats


def _sentences(texts: Iterable[str]) -> Texts:
    return [f"{text} ." for text in texts]


SEEN, UNSEEN = _composed()
BEGINNER = Templates({kind: list(grammar.EASY[kind]) for kind in KINDS}, SEEN.rest, SEEN.carriers)
