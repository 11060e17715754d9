"""Tell the scheme of an upload's address, and write the address so that it can be logged.

No access to anything; what may be fetched is for fetch.py and its schemes to say.
"""

import re

from topics.errors import FetchRefused

_USER_INFO = re.compile(r"//[^/?#]*@")
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")


def masked(uri: str) -> str:
    """The address without user info, query and fragment: signatures and tokens live there."""
    path, mark, _ = uri.partition("?")
    path = path.partition("#")[0]
    return _USER_INFO.sub("//***@", path, count=1)[:300] + ("?***" if mark else "")


def scheme(uri: str) -> str:
    """The scheme in lower case.

    raises: FetchRefused for chained addresses (`zip::http://...`), blanks and control characters
    """
    name, mark, _ = uri.partition("://")
    if not mark:
        raise FetchRefused(f"expected scheme://..., got {masked(uri)!r}")
    if "::" in name or "::" in uri.partition("?")[0].rpartition("]")[2]:
        raise FetchRefused(f"chained addresses are refused: {masked(uri)!r}")
    if _CONTROL.search(uri):
        raise FetchRefused(f"blank, backslash or control character in {masked(uri)!r}")
    return name.lower()
