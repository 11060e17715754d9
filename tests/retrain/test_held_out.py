"""What is held out is in no training row, and decides under every level."""

from retrain.held_out import HELD_OUT, held_out_in, trainable
from retrain.levels import LEVELS
from retrain.rules import Rule, RulePolicy


def test_held_out_combinations_are_in_no_training_row() -> None:
    name, kind, place = next(triple for triple in sorted(HELD_OUT) if triple[1] == "ban")
    policy = RulePolicy((Rule(name, kind),), rest_banned=False)
    assert held_out_in(policy, place, (name,)) == {name}
    assert not trainable(policy, place, (name,))
    assert trainable(policy, place, ("nothing",))


def test_every_level_is_decided_by_held_out_combinations() -> None:
    for level in LEVELS:
        assert level.triples <= HELD_OUT and len(level.triples) == len(level.policy.rules)
