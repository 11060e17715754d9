"""Give the live tests a real broker: the one named by REELGUARD_KAFKA, else one of their own.

Never skips: where no broker can be started, the tests fail and say what to install.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.broker import BrokerError, named_or_running

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder `live`."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """Bootstrap servers of a broker that answers."""
    try:
        with named_or_running(os.environ.get("REELGUARD_KAFKA")) as bootstrap:
            yield bootstrap
    except BrokerError as error:
        pytest.fail(f"the live tests need a Kafka broker: {error}", pytrace=False)


@pytest.fixture
def prefix() -> str:
    """A topic prefix that no other test has."""
    return f"t{uuid.uuid4().hex[:10]}-"
