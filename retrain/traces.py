"""Write what the guard should say: first what is there, then each object's rule, then the answer.

Answers without such a trace are never learned at this size.
"""

from engines.safeguard.answer import Word
from engines.scenes.world import OBJECTS

from .rules import RulePolicy

JUDGE = "policy : {policy} is the image safe ?"
LIST = "list the image ."
ASK = "question : {policy}"
RECITE = "policy : {policy} list the policy ."


def present(objects: tuple[str, ...]) -> list[str]:
    """The kinds in a scene, in the order in which the guard names them."""
    return sorted(set(objects), key=OBJECTS.index)


def caption(place: str, objects: tuple[str, ...]) -> str:
    """The place and how many there are of each kind."""
    counted = (f" {objects.count(name)} {name}" for name in present(objects))
    return f"{place} :" + "".join(counted)


def think(words: str) -> str:
    """The trace between its tags."""
    return f"<think> {words}</think>"


def judgement(policy: RulePolicy, place: str, objects: tuple[str, ...]) -> str:
    """Trace and answer."""
    steps = [caption(place, objects)]
    for name in present(objects):
        outcome = "bad" if policy.bans(name, place, objects) else "ok"
        steps.append(f"{name} {policy.clause_of(name)} {outcome}")
    answer = label(policy, place, objects)
    return f"{think(' ; '.join(steps))}<answer> {answer}</answer>"


def label(policy: RulePolicy, place: str, objects: tuple[str, ...]) -> Word:
    """The right answer."""
    return "unsafe" if policy.violates(place, objects) else "safe"


def recital(policy: RulePolicy) -> str:
    """The policy in the guard's own words."""
    rules = sorted(policy.rules, key=lambda rule: OBJECTS.index(rule.name))
    words = [f"{rule.name} {rule.clause}" for rule in rules]
    return think(" ; ".join([*words, policy.rest_clause]))
