"""What one upload may cost, unless an operator says otherwise."""

from workers.media.limits import FetchLimits


def test_a_fetch_is_bounded_in_bytes_seconds_and_hops() -> None:
    limits = FetchLimits()
    assert limits.max_bytes == 1 << 30
    assert (limits.seconds, limits.connect_seconds, limits.read_seconds) == (30, 5, 10)
    assert (limits.redirects, limits.tries) == (3, 3)


def test_a_fetch_reaches_nothing_internal() -> None:
    limits = FetchLimits()
    assert (limits.internal, limits.objects.prefixes) == ((), ())
