"""Draw training rows: what the guard is asked about a pair of twins, and what it should say.

Both twins get the same texts. Four tasks: judge the image, list it, answer a question about it,
recite the policy.
"""

from dataclasses import dataclass

import numpy as np

from engines.safeguard.prompt import END, user_turn

from .compose import BEGINNER, SEEN
from .pairs import Balance, of_size, pair_policy, random_policy, trained
from .questions import QUESTIONS, question
from .rules import RulePolicy
from .scenes import Twins
from .sentences import Meaning, Writer, Written
from .traces import ASK, JUDGE, LIST, RECITE, caption, judgement, recital, think


@dataclass(frozen=True)
class Row:
    """One text about one picture."""

    prompt: str
    completion: str
    clauses: tuple[Meaning, ...] = ()  # what each sentence of the prompt's policy means
    rest_banned: bool = False


@dataclass(frozen=True)
class Lesson:
    """How hard the rows are, and which tasks they set."""

    rules: int  # in every policy of a batch, so that rows are about equally long
    known: float = 1.0  # share of policies written in all templates; the others in easy ones
    recite: float = 0.15  # share of rows
    list: float = 0.03
    ask: float = 0.12


RowPair = tuple[Row, Row]


class Teacher:
    """Draws rows; holds the balance of what it drew."""

    def __init__(self, rng: np.random.Generator) -> None:
        """One source of chance for everything."""
        self.rng = rng
        self._balance = Balance(rng)
        self._known, self._easy = (Writer(s, rng, invents=True) for s in (SEEN, BEGINNER))

    def rows(self, twins: Twins, count: int, lesson: Lesson) -> list[RowPair]:
        """`count` rows for each of the twins."""
        return [self._row(twins, lesson) for _ in range(count)]

    def _row(self, twins: Twins, lesson: Lesson) -> RowPair:
        draw = self.rng.random()
        if draw < lesson.list:
            return listed(twins)
        if draw < lesson.list + lesson.ask:
            return self._asked(twins)
        if draw >= lesson.list + lesson.ask + lesson.recite:
            policy = pair_policy(twins, of_size(lesson.rules), self.rng, self._balance)
            if policy is not None:
                return judged(twins, policy, self._written(policy, lesson))
        policy = self._any_policy(twins, lesson.rules)
        row = recited(policy, self._written(policy, lesson))
        return row, row

    def _asked(self, twins: Twins) -> RowPair:
        kind = QUESTIONS[int(self.rng.integers(len(QUESTIONS)))]
        one, other = (asked(*question(s, kind, self.rng)) for s in (twins.one, twins.other))
        return one, other

    def _any_policy(self, twins: Twins, rules: int) -> RulePolicy:
        while True:
            policy = random_policy(twins, rules, self.rng)
            if trained(policy, twins):
                return policy

    def _written(self, policy: RulePolicy, lesson: Lesson) -> Written:
        writer = self._known if self.rng.random() < lesson.known else self._easy
        return writer.write(policy)


def judged(twins: Twins, policy: RulePolicy, written: Written) -> RowPair:
    """Opposite answers to the same text."""
    prompt = user_turn(JUDGE, written.text)
    one, other = (
        Row(
            prompt,
            judgement(policy, scene.place, scene.objects) + END,
            written.meanings,
            policy.rest_banned,
        )
        for scene in (twins.one, twins.other)
    )
    return one, other


def listed(twins: Twins) -> RowPair:
    """What is in each picture."""
    prompt = user_turn(LIST, "")
    one, other = (
        Row(prompt, think(caption(scene.place, scene.objects)) + END)
        for scene in (twins.one, twins.other)
    )
    return one, other


def asked(text: str, answer: str) -> Row:
    """A question about the picture."""
    return Row(user_turn(ASK, text), think(answer) + END)


def recited(policy: RulePolicy, written: Written) -> Row:
    """The policy in the guard's own words."""
    prompt = user_turn(RECITE, written.text)
    return Row(prompt, recital(policy) + END, written.meanings, policy.rest_banned)
