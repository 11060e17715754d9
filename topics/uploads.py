"""`uploads`, `uploads.priority`, `uploads.backfill`: a video that wants a verdict."""

import msgspec

from .declare import Topic
from .fields import Id, Sha256, Time


class Upload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One uploaded video. Unknown fields are ignored, so producers may send more.

    uri: where the worker fetches the bytes: `https:`, `http:`, `file:` under the worker's root,
        `s3:` and `gs:` under its prefixes
    regions: ISO 3166 codes where the platform would show it; empty = everywhere
    surface: where it would appear, as `feed`, `ads`, `kids`
    sha256: of the bytes at `uri`; a mismatch is an error, never judged
    """

    video_id: Id
    uri: str
    uploaded_at: Time
    uploader_id: str
    regions: tuple[str, ...] = ()
    surface: str = "feed"
    title: str | None = None
    description: str | None = None
    content_type: str | None = None
    sha256: Sha256 | None = None
    metadata: dict[str, str] = {}


_EXAMPLES: tuple[dict[str, object], ...] = (
    {
        "video_id": "v-20261125-0001",
        "uri": "https://media.example.com/v/0001.mp4?signature=abc",
        "uploaded_at": "2026-11-25T09:30:00Z",
        "uploader_id": "u-77",
        "regions": ["DE", "FR"],
        "surface": "feed",
        "title": "My kitchen",
        "content_type": "video/mp4",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "metadata": {"app": "ios"},
    },
    {
        "video_id": "v-20261125-0002",
        "uri": "file:///srv/videos/0002.webm",
        "uploaded_at": "2026-11-25T09:30:01+01:00",
        "uploader_id": "u-78",
    },
)


def _lane(name: str, description: str) -> Topic:
    return Topic(
        name=name,
        record=Upload,
        key="video_id",
        partitions=4,
        retention_days=7,
        producers=("the platform", "reelguard submit"),
        consumers=("worker: moderate",),
        description=description,
        examples=_EXAMPLES,
    )


UPLOADS = _lane("uploads", "Videos to judge, in the order in which they were uploaded.")
PRIORITY = _lane("uploads.priority", "Videos that must not wait behind the others.")
BACKFILL = _lane("uploads.backfill", "Videos to judge when there is time: catalogues, backtests.")
