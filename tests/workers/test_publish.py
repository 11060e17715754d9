"""Whoever reads a verdict finds everything it names: files first, then disagreements, then it."""

from pathlib import Path

import msgspec
import pytest

from tests.workers.parts import Recorder
from topics import codec
from topics.dead_letters import DEAD_LETTERS, DeadLetter
from topics.declare import Topic
from topics.disagreements import DISAGREEMENTS, Disagreement
from topics.errors import RecordError
from topics.verdicts import VERDICTS, Verdict
from workers.judge import Stored
from workers.producer import Producer
from workers.publish import Publisher
from workers.store import Store
from workers.tally import Tally

VERDICT = codec.decode(Verdict, msgspec.json.encode(VERDICTS.examples[0]))
DISAGREEMENT = codec.decode(Disagreement, msgspec.json.encode(DISAGREEMENTS.examples[0]))
LETTER = codec.decode(DeadLetter, msgspec.json.encode(DEAD_LETTERS.examples[0]))
FILES = (Stored("evidence", b"picture", ".jpg"), Stored("scores", b"table", ".parquet"))


class Looking(Recorder):
    """A producer that also notes how many files the store held with each record."""

    folder: Path = Path()

    async def send(self, topic: Topic, key: str, record: msgspec.Struct, *, id: str) -> None:
        held = [path for path in self.folder.rglob("*") if path.is_file()]
        await super().send(topic, f"{key} after {len(held)} files", record, id=id)


def publisher(producer: Producer, folder: Path, tally: Tally | None = None) -> Publisher:
    return Publisher(producer, Store(folder.as_uri()), tally or Tally())


async def test_files_come_before_disagreements_and_those_before_the_verdict(
    tmp_path: Path,
) -> None:
    producer = Looking()
    producer.folder = tmp_path

    await publisher(producer.as_producer(), tmp_path).decision(VERDICT, [DISAGREEMENT], FILES)

    assert [(topic, key) for topic, key, _ in producer.written] == [
        ("disagreements", "v-20261125-0001 after 2 files"),
        ("verdicts", "v-20261125-0001 after 2 files"),
    ]
    assert producer.ids == [DISAGREEMENT.disagreement_id, VERDICT.verdict_id]


async def test_a_published_verdict_is_counted_and_logged_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tally, producer = Tally(), Recorder()
    caplog.set_level("INFO", "workers.publish")

    await publisher(producer.as_producer(), tmp_path, tally).decision(VERDICT, (), ())

    assert tally.judged == 1
    assert caplog.messages == [
        "upload:uploads/3/42 remove video=v-20261125-0001 violated=weapons known=- reasons=- "
        "total=1.90s judge=1.10s"
    ]


async def test_a_verdict_that_was_not_written_is_not_counted(tmp_path: Path) -> None:
    tally, producer = Tally(), Recorder(error=RecordError("too large"))

    with pytest.raises(RecordError):
        await publisher(producer.as_producer(), tmp_path, tally).decision(VERDICT, (), ())

    assert tally.judged == 0


async def test_a_dead_letter_goes_under_the_key_of_its_record(tmp_path: Path) -> None:
    tally, producer = Tally(), Recorder()

    await publisher(producer.as_producer(), tmp_path, tally).dead_letter(LETTER)

    assert producer.written == [("dead-letters", "v1-1", LETTER)]
    assert producer.ids == [LETTER.dead_letter_id]
    assert tally.failed == 1


async def test_a_store_that_refuses_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked, producer = tmp_path / "evidence", Recorder()
    blocked.write_text("in the way")

    def relent(*_: float) -> float:
        blocked.unlink()
        return 0.0

    monkeypatch.setattr("workers.patience.random.uniform", relent)

    await publisher(producer.as_producer(), tmp_path).decision(VERDICT, (), FILES[:1])

    assert producer.topics == ["verdicts"]
    assert [path.read_bytes() for path in tmp_path.rglob("*.jpg")] == [b"picture"]
