"""Turn the settings about fetching into what media/fetch.py may reach, or say which one is wrong.

The worker's own stores are named here, so that no upload is ever fetched from them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from topics.errors import FetchRefused, UsageError

from .media.limits import FetchLimits
from .media.networks import networks
from .media.objects import AMAZON, GOOGLE, Objects, Place, own_place, place
from .media.sign import check_credentials
from .settings import ENV, Settings

_Meaning = TypeVar("_Meaning")


def fetch_limits(settings: Settings) -> FetchLimits:
    """What one fetch may cost and reach; the credentials have signed once.

    raises: UsageError naming the variable
    """
    objects = _objects(settings)
    check_credentials(objects)
    return FetchLimits(
        max_bytes=settings.fetch_bytes_max,
        internal=_read("fetch_internal", settings.fetch_internal, networks),
        objects=objects,
        own_folders=tuple(folder for url in _own(settings) if (folder := _folder(url)) is not None),
    )


def _objects(settings: Settings) -> Objects:
    own = tuple(found for url in _own(settings) if (found := own_place(url)) is not None)
    prefixes = _read("fetch_prefixes", settings.fetch_prefixes, _prefixes)
    for prefix in prefixes:
        if any(store.holds(prefix) for store in own):
            raise UsageError(f"{ENV}FETCH_PREFIXES names {prefix}, a store of the worker's own")
    if bool(settings.fetch_s3_key_id) != bool(settings.fetch_s3_secret):
        raise UsageError(f"{ENV}FETCH_S3_KEY_ID and {ENV}FETCH_S3_SECRET belong together")
    amazon = AMAZON.format(region=settings.fetch_s3_region)
    return Objects(
        prefixes=prefixes,
        own=own,
        s3_endpoint=_read("fetch_s3_endpoint", settings.fetch_s3_endpoint or amazon, _endpoint),
        s3_region=settings.fetch_s3_region,
        s3_key_id=settings.fetch_s3_key_id,
        s3_secret=settings.fetch_s3_secret,
        gs_endpoint=_read("fetch_gs_endpoint", settings.fetch_gs_endpoint or GOOGLE, _endpoint),
        gs_key_file=Path(settings.fetch_gs_key_file) if settings.fetch_gs_key_file else None,
    )


def _own(settings: Settings) -> tuple[str, ...]:
    return settings.store, settings.safeguard


def _folder(url: str) -> Path | None:
    """The folder of a store by its path or fsspec URL; None where it is not on this machine."""
    kind, mark, rest = url.rpartition("::")[2].partition("://")
    if mark and kind not in ("file", "local"):
        return None
    return Path(unquote(rest) if mark else url) if url != "null" else None


def _prefixes(listed: str) -> tuple[Place, ...]:
    return tuple(place(text.strip()) for text in listed.split(",") if text.strip())


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.path:
        raise ValueError(f"{url!r} is no address as https://host or http://host:port")
    return url


def _read(name: str, text: str, meaning: Callable[[str], _Meaning]) -> _Meaning:
    try:
        return meaning(text)
    except (ValueError, FetchRefused) as error:
        raise UsageError(f"{ENV}{name.upper()}: {error}") from error
