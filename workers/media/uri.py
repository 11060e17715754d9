"""Tell the scheme of an upload's address, and write the address so that it can be logged.

No access to anything; what may be fetched is for fetch.py and its schemes to say.
"""

import re

from topics.errors import FetchRefused

_SHOWN_MAX = 300  # characters
_USER_INFO = re.compile(r"//[^/?#]*@")
_BRACKETS = re.compile(r"//\[[0-9a-f:.]*\]", re.IGNORECASE)  # where two colons are no chain
_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\\]")


def masked(uri: str) -> str:
    """The address without user info, query and fragment: signatures and tokens live there."""
    path, mark, _ = uri.partition("?")
    path = path.partition("#")[0]
    return _USER_INFO.sub("//***@", path, count=1)[:_SHOWN_MAX] + ("?***" if mark else "")


def scheme(uri: str) -> str:
    """The scheme in lower case.

    raises: FetchRefused for chained addresses (`zip::http://...`), blanks and control characters
    """
    check_characters(uri)
    name, mark, _ = uri.partition("://")
    if not mark:
        raise FetchRefused(f"expected scheme://..., got {masked(uri)!r}")
    if "::" in _BRACKETS.sub("//", uri.partition("?")[0], count=1):
        raise FetchRefused(f"chained addresses are refused: {masked(uri)!r}")
    return name.lower()


def check_characters(uri: str) -> None:
    """raises: FetchRefused for what two readers of an address may take differently."""
    if _CONTROL.search(uri):
        raise FetchRefused(f"blank, backslash or control character in {masked(uri)!r}")
