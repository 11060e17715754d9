"""Say which objects of s3 and gs an upload may name: below a prefix, and never in our own stores.

Pure; sign.py and fetch_object.py do the rest. Paths are compared by whole segments, so the prefix
`s3://uploads/in` admits `s3://uploads/in/v.mp4` and not `s3://uploads/inbox/v.mp4`. A key is
percent-decoded once, as in any address; what could be read as a way up or decoded again is refused.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from topics.errors import FetchRefused

from .uri import masked

KEY_BYTES_MAX = 1024  # of S3 and of Google
AMAZON, GOOGLE = "https://s3.{region}.amazonaws.com", "https://storage.googleapis.com"

_ADDRESS = re.compile(r"^(s3|gs)://([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:/([^?#]*))?$")
_ENCODED = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_KINDS = ("s3", "gs")
_ALIASES = {"s3a": "s3", "gcs": "gs"}  # fsspec's other names for the same stores


@dataclass(frozen=True)
class Place:
    """A bucket, a folder in it or an object: `s3`, `uploads`, (`incoming`, `v.mp4`)."""

    scheme: str
    bucket: str
    segments: tuple[str, ...]

    @property
    def key(self) -> str:
        """The object's name within its bucket."""
        return "/".join(self.segments)

    def holds(self, other: "Place") -> bool:
        """Whether the other is this place or lies below it."""
        same = (self.scheme, self.bucket) == (other.scheme, other.bucket)
        return same and other.segments[: len(self.segments)] == self.segments

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.scheme}://{self.bucket}/{self.key}"


@dataclass(frozen=True, kw_only=True)
class Objects:
    """Which objects uploads may be, and how their servers are asked. Without prefixes: none."""

    prefixes: tuple[Place, ...] = ()
    own: tuple[Place, ...] = ()  # evidence and engines: refused, whatever a prefix says
    s3_endpoint: str = AMAZON.format(region="us-east-1")
    s3_region: str = "us-east-1"
    s3_key_id: str = ""  # empty: requests are not signed
    s3_secret: str = field(default="", repr=False)
    gs_endpoint: str = GOOGLE
    gs_key_file: Path | None = None  # a service account's JSON; None: requests are not signed


NO_OBJECTS = Objects()


def place(text: str) -> Place:
    """A bucket or a folder, with or without a last slash.

    raises: FetchRefused for what is none
    """
    return _place(text.removesuffix("/"))


def own_place(url: str) -> Place | None:
    """The place of a store by its fsspec URL, read as fsspec does; None if neither s3 nor gs."""
    kind, _, rest = url.rpartition("::")[2].partition("://")
    bucket, _, key = rest.partition("/")
    kind = _ALIASES.get(kind, kind)
    return Place(kind, bucket, tuple(filter(None, key.split("/")))) if kind in _KINDS else None


def admitted(uri: str, objects: Objects) -> Place:
    """The object that an address names. raises: FetchRefused outside of the prefixes."""
    kind, _, rest = uri.partition("://")
    wanted = _place(f"{kind.lower()}://{rest}")
    if any(own.holds(wanted) for own in objects.own):
        raise FetchRefused(f"{masked(uri)} lies in a store of this worker's own")
    within = [prefix for prefix in objects.prefixes if prefix.holds(wanted)]
    if any(len(wanted.segments) > len(prefix.segments) for prefix in within):
        return wanted
    raise FetchRefused(f"{masked(uri)} lies below no prefix that uploads may come from")


def _place(uri: str) -> Place:
    found = _ADDRESS.match(uri)
    if not found:
        raise FetchRefused(f"expected s3://bucket/key or gs://bucket/key, got {masked(uri)!r}")
    kind, bucket, key = found.groups()
    segments = tuple(_segment(raw, uri) for raw in key.split("/")) if key is not None else ()
    if len("/".join(segments).encode()) > KEY_BYTES_MAX:
        raise FetchRefused(f"expected a key of at most {KEY_BYTES_MAX} bytes in {masked(uri)!r}")
    return Place(kind, bucket, segments)


def _segment(raw: str, uri: str) -> str:
    try:
        segment = unquote(raw, errors="strict")
    except UnicodeDecodeError as error:
        raise FetchRefused(f"expected UTF-8 in {masked(uri)!r}") from error
    if segment in ("", ".", "..") or "/" in segment or "\\" in segment:
        raise FetchRefused(f"empty segment, dots or an encoded slash in {masked(uri)!r}")
    if not segment.isprintable() or _ENCODED.search(segment):
        raise FetchRefused(f"control character or double encoding in {masked(uri)!r}")
    return segment
