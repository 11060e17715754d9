"""Put files or addresses on `uploads`, and gather the verdicts that they lead to."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from topics import codec
from topics.errors import RecordError, UsageError
from topics.identity import upload_occasion, verdict_id
from topics.scan import Listener, listening
from topics.uploads import UPLOADS, Upload
from topics.verdicts import VERDICTS, Verdict
from topics.write import Writer, writer

ID_MAX = 256  # characters of a video_id


def address(given: str) -> str:
    """A URI as it is, a file as a file: URI.

    raises: UsageError when it is neither
    """
    if "://" in given:
        return given
    path = Path(given)
    if not path.is_file():
        raise UsageError(f"{given} is no file here and no URL; give the path of a file or a URL")
    return path.resolve().as_uri()


def upload_of(given: str, *, video_id: str | None, uploader_id: str) -> Upload:
    """The record for one file or address; its name is the video's id where none is given."""
    uri = address(given)
    name = unquote(Path(uri.split("?", 1)[0]).name) or uri
    return Upload(
        video_id=video_id or name[:ID_MAX],
        uri=uri,
        uploaded_at=datetime.now(UTC),
        uploader_id=uploader_id,
    )


@dataclass
class Batch:
    """Uploads on their way, and the verdicts that have come: the first per verdict_id."""

    out: Writer
    listener: Listener
    awaited: dict[str, Upload] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def send(self, upload: Upload) -> str:
        """Write one upload and return the id that its verdict will have. raises: BrokerFault."""
        written = self.out.send(UPLOADS, upload.video_id, upload, id=upload.video_id)
        occasion = upload_occasion(UPLOADS.name, written.partition, written.offset)
        expected = verdict_id(upload.video_id, occasion)
        self.awaited[expected] = upload
        return expected

    def arrived(self) -> list[Verdict]:
        """Verdicts on this batch that have come since the last call."""
        new = []
        for found in self.listener.poll():
            verdict = _verdict(found.value)
            if verdict and verdict.verdict_id in self.awaited.keys() - self.verdicts.keys():
                self.verdicts[verdict.verdict_id] = verdict
                new.append(verdict)
        return new

    def wait(self, seconds: float, seen: Callable[[Verdict], None]) -> list[Upload]:
        """Hand each verdict to `seen` as it comes; return the uploads still without one."""
        until = time.monotonic() + seconds
        while len(self.verdicts) < len(self.awaited) and time.monotonic() < until:
            for verdict in self.arrived():
                seen(verdict)
        return [u for key, u in self.awaited.items() if key not in self.verdicts]


@contextmanager
def batch(bootstrap: str, prefix: str) -> Iterator[Batch]:
    """A batch that listens before it sends. raises: BrokerFault."""
    with (
        listening(bootstrap, VERDICTS.prefixed(prefix)) as listener,
        writer(bootstrap, prefix=prefix, source="reelguard-submit") as out,
    ):
        yield Batch(out, listener)


def _verdict(value: bytes | None) -> Verdict | None:
    try:
        return codec.decode(Verdict, value)
    except RecordError:  # somebody else's bad record: not what we wait for
        return None
