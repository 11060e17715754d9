"""The media side of a worker, with one fork server for all tests of a file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from workers.media.clip import Media


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def media() -> AsyncIterator[Media]:
    media = Media(root=Path("/"))
    await media.start()
    yield media
    await media.stop()
