"""A canary's share is spread evenly and stays with an upload."""

from policies.canary import bucket, is_chosen


def test_a_bucket_never_changes() -> None:
    assert round(bucket("weapons", 2, "v-1"), 3) == 40.761


def test_buckets_are_spread_evenly() -> None:
    found = [bucket("weapons", 2, f"v-{i}") for i in range(4000)]
    assert all(0 <= one < 100 for one in found)
    tenths = [sum(10 * t <= one < 10 * t + 10 for one in found) for t in range(10)]
    assert min(tenths) > 330 and max(tenths) < 470


def test_another_version_chooses_other_uploads() -> None:
    both = [
        is_chosen("w", 2, 10, f"v-{i}") and is_chosen("w", 3, 10, f"v-{i}") for i in range(4000)
    ]
    assert 10 < sum(both) < 80


def test_without_a_share_no_upload_is_chosen() -> None:
    assert not any(is_chosen("w", 2, None, f"v-{i}") for i in range(100))
