"""Say what a policy means: rules about objects, and the label of a scene under them.

Five kinds of rule, and one that training never sees; every label, trace and test set follows from
`violates`.
"""

from dataclasses import dataclass

KINDS = ("ban", "allow", "except", "with", "count")
HELD_OUT_KIND = "where"  # banned in one place; in no training row, tested to know how far it is
COUNTS = ("2", "3")  # objects from which a `count` rule bans


@dataclass(frozen=True)
class Rule:
    """What holds for one kind of object."""

    name: str  # the object
    kind: str  # one of KINDS, or HELD_OUT_KIND
    argument: str = ""  # except, where: the place; with: the other object; count: the number

    def bans(self, place: str, objects: tuple[str, ...]) -> bool:
        """Whether its object violates in this scene."""
        match self.kind:
            case "ban":
                return True
            case "allow":
                return False
            case "except":
                return place != self.argument
            case "with":
                return self.argument not in objects
            case "where":
                return place == self.argument
        return objects.count(self.name) >= int(self.argument)

    @property
    def clause(self) -> str:
        """The rule in the guard's own words."""
        word = {"ban": "banned", "allow": "allowed"}.get(self.kind, self.kind)
        return f"{word} {self.argument}".strip()


@dataclass(frozen=True)
class RulePolicy:
    """Rules about different objects, and what holds for all others."""

    rules: tuple[Rule, ...]
    rest_banned: bool

    def rule_of(self, name: str) -> Rule | None:
        """The rule that names this object."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def clause_of(self, name: str) -> str:
        """What the guard has to say about this object."""
        rule = self.rule_of(name)
        return rule.clause if rule else self.rest_clause

    @property
    def rest_clause(self) -> str:
        """What the guard has to say about an object without a rule."""
        return "else banned" if self.rest_banned else "else allowed"

    def bans(self, name: str, place: str, objects: tuple[str, ...]) -> bool:
        """Whether one object of the scene violates."""
        rule = self.rule_of(name)
        return rule.bans(place, objects) if rule else self.rest_banned

    def violates(self, place: str, objects: tuple[str, ...]) -> bool:
        """The label: whether anything in the scene violates."""
        return any(self.bans(name, place, objects) for name in set(objects))
