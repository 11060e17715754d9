"""Download an object of s3 or gs into a Source: one try, no redirect.

The operator named the server, so it may stand in the internal network; the upload only names an
object below a prefix (objects.py). Credentials are those for uploads (sign.py).
"""

import dataclasses
import re

import aiohttp
from yarl import URL

from topics.errors import FetchRefused, ReelguardError, ServerFailure, Throttled

from .download import failure, failures_of, session, take
from .limits import FetchLimits
from .networks import EVERYWHERE
from .objects import admitted
from .sign import address_of
from .source import Intake, Source

_ANSWER_BYTES_MAX = 4096  # of the XML that says why not
_CODE = re.compile(rb"<Code>([A-Za-z]{1,60})</Code>")
_SLOWER = ("SlowDown", "ServiceUnavailable", "RequestLimitExceeded", "ThrottlingException")
_CREDENTIALS = (  # of ours: the object may be fine, so it is worth another try
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "RequestTimeTooSkewed",
    "ExpiredToken",
    "InvalidToken",
    "AuthorizationHeaderMalformed",
)


async def fetch_object(uri: str, limits: FetchLimits, intake: Intake) -> Source:
    """One try. raises: FetchRefused, NotFound, TooLarge; transient errors are worth another try."""
    try:
        wanted = admitted(uri, limits.objects)
        target = URL(address_of(wanted, limits.objects, limits.seconds), encoded=True)
        named = dataclasses.replace(limits, internal=EVERYWHERE)
        with failures_of(str(target)):
            async with (
                session(named) as client,
                client.get(target, allow_redirects=False) as response,
            ):
                if failed := failure(response):
                    raise await _told(failed, response)
                await take(response, limits, intake)
            return intake.finish()
    finally:
        intake.discard()


async def _told(failed: ReelguardError, response: aiohttp.ClientResponse) -> ReelguardError:
    """The failure with the store's own word for it, which may change its class."""
    answer = b""
    while len(answer) < _ANSWER_BYTES_MAX and (piece := await response.content.read(1024)):
        answer += piece
    found = _CODE.search(answer)
    code = found[1].decode() if found else ""
    message = f"{failed} ({code})" if code else str(failed)
    if code in _SLOWER:
        return Throttled(message)
    if code in _CREDENTIALS:
        return ServerFailure(f"{message}: see the credentials for uploads")
    if response.status in (301, 307):
        return FetchRefused(f"{message}: is REELGUARD_FETCH_S3_REGION that of the bucket?")
    return type(failed)(message)
