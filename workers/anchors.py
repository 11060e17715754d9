"""Read the file of authorities whose C2PA signatures are trusted.

The whole file goes to each child that checks a signature, so it is small.
"""

import ssl
from pathlib import Path

from topics.errors import UsageError

from .settings import ENV

BYTES_MAX = 96 * 1024  # about 60 certificates; a request to a child has at most 128 KiB


def read_anchors(path: str) -> str:
    """The certificates, PEM; empty if no file is named. raises: UsageError naming the variable."""
    if not path:
        return ""
    variable = f"{ENV}C2PA_ANCHORS"
    try:
        pem = Path(path).read_text(encoding="ascii")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
    except (OSError, ValueError) as error:  # ssl's and text's own are among them
        raise UsageError(f"{variable} is {path!r}, no file of PEM certificates: {error}") from error
    if len(pem) > BYTES_MAX:
        raise UsageError(f"{variable} has {len(pem)} bytes, limit {BYTES_MAX}")
    return pem
