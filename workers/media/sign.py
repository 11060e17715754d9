"""Turn an object of s3 or gs into an http(s) address that is signed with the upload credentials.

Signing is arithmetic on this machine: nothing is asked, no instance metadata, no token server. The
address is then fetched as any other (fetch_object.py), so one set of limits holds for all.
`obstore` signs. It would also read AWS_* and GOOGLE_* of the process, which may hold the worker's
own credentials: each setting that could change or break a request is therefore given by name.
Google's addresses are signed for storage.googleapis.com, wherever `gs_endpoint` points.
"""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import GCSStore, S3Store

from topics.errors import UsageError

from .objects import Objects, Place

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Credential

_SIGNED_SECONDS_MIN = 60.0  # clocks differ; an address is used at once and by nobody else
_OF_NO_USE: "S3Config" = {  # to a GET; but the process's own, if misspelt, would stop the signing
    "checksum_algorithm": "sha256",
    "conditional_put": "etag",
    "copy_if_not_exists": "multipart",
    "disable_bulk_delete": False,
    "disable_tagging": False,
    "server_side_encryption": "AES256",
    "sse_bucket_key_enabled": False,
    "unsigned_payload": False,
}


def address_of(wanted: Place, objects: Objects, seconds: float) -> str:
    """Where to GET the object for the next `seconds`.

    raises: UsageError when the credentials cannot sign; `check_credentials` says so at the start
    """
    store = _store(wanted.scheme, wanted.bucket, objects)
    if store is None:
        endpoint = objects.s3_endpoint if wanted.scheme == "s3" else objects.gs_endpoint
        return f"{endpoint.rstrip('/')}/{wanted.bucket}/{quote(wanted.key, safe='/~')}"
    try:
        lasting = timedelta(seconds=max(seconds, _SIGNED_SECONDS_MIN))
        return obstore.sign(store, "GET", wanted.key, lasting)
    except BaseError as error:
        raise UsageError(f"cannot sign for {wanted}: {type(error).__name__}") from error


def check_credentials(objects: Objects) -> None:
    """Sign an address below each prefix. raises: UsageError."""
    for prefix in objects.prefixes:
        probe = Place(prefix.scheme, prefix.bucket, (*prefix.segments, "probe"))
        address_of(probe, objects, _SIGNED_SECONDS_MIN)


@cache
def _store(scheme: str, bucket: str, objects: Objects) -> S3Store | GCSStore | None:
    """What signs for a bucket; None where nothing is signed."""
    try:
        if scheme == "s3":
            return _s3(bucket, objects) if objects.s3_key_id else None
        return _gs(bucket, objects.gs_key_file, objects) if objects.gs_key_file else None
    except BaseError as error:  # its text may show the key
        raise UsageError(
            f"no credentials for {scheme}://{bucket} ({type(error).__name__}): expected for gs a "
            f"service account's JSON key in {str(objects.gs_key_file)!r}, and nothing in the "
            "environment's GOOGLE_SERVICE_ACCOUNT_KEY; for s3 an endpoint as https://host"
        ) from None


def _s3(bucket: str, objects: Objects) -> S3Store:
    def credential() -> "S3Credential":
        return {
            "access_key_id": objects.s3_key_id,
            "secret_access_key": objects.s3_secret,
            "token": None,
            "expires_at": None,
        }

    return S3Store(
        bucket,
        config={
            "endpoint": objects.s3_endpoint,
            "aws_endpoint_url_s3": objects.s3_endpoint,
            "region": objects.s3_region,
            "virtual_hosted_style_request": False,
            "skip_signature": False,
            "s3_express": False,
            "request_payer": False,
            **_OF_NO_USE,
        },
        client_options={"allow_http": _is_plain(objects.s3_endpoint)},
        credential_provider=credential,
    )


def _gs(bucket: str, key_file: Path, objects: Objects) -> GCSStore:
    return GCSStore(
        bucket,
        config={
            "service_account": str(key_file),
            "base_url": objects.gs_endpoint,
            "skip_signature": False,
        },
        client_options={"allow_http": _is_plain(objects.gs_endpoint)},
    )


def _is_plain(endpoint: str) -> bool:
    return urlsplit(endpoint).scheme == "http"
