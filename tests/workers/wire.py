"""A batch of uploads on a wire that the test holds in its hands."""

from dataclasses import dataclass, field
from typing import Any, cast

from tests.workers.verdicts import verdict
from topics import codec
from topics.identity import verdict_id
from topics.scan import Found, Listener
from topics.uploads import Upload
from topics.write import Writer, Written
from workers.submit import Batch, upload_of


@dataclass
class Wire:
    """A writer that gives offsets, and a listener that hears what the test puts in."""

    sent: list[Upload] = field(default_factory=list)
    arriving: list[bytes | None] = field(default_factory=list)

    def send(self, topic: Any, key: str, record: Upload, *, id: str) -> Written:
        self.sent.append(record)
        return Written("x-uploads", 2, len(self.sent) - 1)

    def poll(self) -> list[Found]:
        values, self.arriving = self.arriving, []
        return [Found("x-verdicts", 0, 0, 0, b"", value) for value in values]


def batch() -> tuple[Wire, Batch]:
    wire = Wire()
    return wire, Batch(cast(Writer, wire), cast(Listener, wire))


def upload(video_id: str) -> Upload:
    return upload_of("https://m.example/v", video_id=video_id, uploader_id="u-1")


def on(video_id: str, offset: int, **changes: Any) -> bytes:
    """A verdict on the record at an offset."""
    occasion = f"upload:uploads/2/{offset}"
    expected = verdict_id(video_id, occasion)
    return codec.encode(verdict(video_id=video_id, verdict_id=expected, **changes))
