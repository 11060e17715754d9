"""What is in flight is counted, also when it fails."""

import pytest

from workers.tally import Tally


def test_uploads_are_in_flight_for_as_long_as_they_are_judged() -> None:
    tally = Tally()

    with tally.flight(), tally.flight():
        assert tally.in_flight == 2

    assert tally.in_flight == 0


def test_one_that_fails_is_in_flight_no_more() -> None:
    tally = Tally()

    with pytest.raises(OSError), tally.flight():
        raise OSError

    assert tally.in_flight == 0
