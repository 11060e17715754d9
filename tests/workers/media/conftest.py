"""The media side of a worker for a test, with its fork server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from workers.media.clip import Media


@pytest.fixture
async def media() -> AsyncIterator[Media]:
    media = Media(root=Path("/"))
    await media.start()
    yield media
    await media.stop()
