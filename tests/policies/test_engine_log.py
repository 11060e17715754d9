"""The log of engines follows the same rule as the log of policies."""

from typing import Any

from policies import engine_log
from tests.policies.cases import NOON
from topics import codec
from topics.engines import EngineRecord


def value(version: int, **fields: Any) -> bytes:
    record = EngineRecord(
        engine="safeguard",
        version=version,
        uri="s3://engines/safeguard",
        manifest_sha256="9f" * 32,
        published_at=NOON,
        published_by="retrain",
        why="a test",
        **fields,
    )
    return codec.encode(record)


def test_a_shadow_engine_waits_beside_the_live_one() -> None:
    state = engine_log.empty()
    for offset, record in enumerate([value(1), value(3), value(2, mode="shadow")]):
        state = engine_log.apply(state, offset, record, key=b"safeguard")
    held = state.held["safeguard"]
    assert held.live and held.live.version == 1
    assert held.candidate and held.candidate.version == 2
    assert [x.offset for x in state.ignored] == [1]


def test_a_canary_engine_without_a_share_does_not_count() -> None:
    state = engine_log.apply(engine_log.empty(), 0, value(1, mode="canary"), key=b"safeguard")
    assert not state.held
    assert "canary_percent" in state.ignored[0].reason


def test_the_content_hash_is_the_artefact_not_its_publisher() -> None:
    first, second = engine_log.read(value(1)), engine_log.read(value(1, canary_percent=None))
    assert first.content_hash == second.content_hash
    assert first.content_hash != engine_log.read(value(2)).content_hash
