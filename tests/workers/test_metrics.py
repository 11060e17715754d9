"""Metrics carry our name, their help, and labels from closed sets."""

from prometheus_client import Counter, Gauge, Histogram

from workers import metrics

ALL = [m for m in vars(metrics).values() if isinstance(m, Counter | Gauge | Histogram)]
LABELS = {"action", "engine", "failure_class", "hashlist", "policy_id", "reason", "stage"}


def test_every_metric_has_our_name_and_a_help_text() -> None:
    families = [family for metric in ALL for family in metric.collect()]

    assert len(families) >= 8
    assert all(family.name.startswith("reelguard_") for family in families)
    assert all(len(family.documentation) > 10 for family in families)


def test_no_label_names_a_video_or_a_person() -> None:
    assert {label for metric in ALL for label in metric._labelnames} <= LABELS
