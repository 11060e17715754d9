"""Whether an upload belongs to a canary's share: stable per upload, independent per version."""

from topics.identity import digest

_BUCKETS = 16**16  # the first 16 hexadecimal digits of a digest


def bucket(id: str, version: int, video_id: str) -> float:
    """A number in [0, 100) that depends on nothing else, evenly spread over uploads."""
    return int(digest("canary", id, version, video_id)[:16], 16) * 100 / _BUCKETS


def is_chosen(id: str, version: int, percent: float | None, video_id: str) -> bool:
    """Whether this version judges this upload."""
    return bucket(id, version, video_id) < (percent or 0.0)
