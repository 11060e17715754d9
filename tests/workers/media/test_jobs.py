"""A child answers damaged files with frames or with a refusal, and the worker stays well."""

from collections import Counter
from pathlib import Path

import pytest

from tests.workers.media import mutants
from topics.errors import ContentError
from workers.media.clip import Media

pytestmark = pytest.mark.asyncio(loop_scope="module")
MUTANTS = 60  # tests/long/test_mutations.py has 2000
MIB_MAX = 200.0


async def test_damaged_files_never_hurt_the_worker(media: Media, tmp_path: Path) -> None:
    whole, ends = mutants.seeds(tmp_path), Counter[str]()
    server, path = media.sandbox.server_pid, tmp_path / "mutant"
    for number in range(MUTANTS):
        path.write_bytes(mutants.mutant(whole, number))
        try:
            async with media.clip(path.as_uri(), sha256=None, side=16, deadline_seconds=20) as clip:
                ends["judged"] += 1
                assert clip.media_rss_mib < MIB_MAX
        except ContentError as error:
            ends[error.reason] += 1
    assert media.sandbox.server_pid == server
    assert set(ends) == {"judged", "unreadable"}
