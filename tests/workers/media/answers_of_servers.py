"""What servers answer: a few that are well, and many that are slow, endless, packed or no HTTP."""

import gzip

from tests.workers.media.liar import OK, Script, repeats, says
from topics.errors import (
    EmptySource,
    FetchRefused,
    FetchTimeout,
    ReelguardError,
    ServerFailure,
    TooLarge,
)

BOMB = gzip.compress(bytes(16 << 20))  # 16 KB that would unpack to 16 MiB
LENGTH = b"Content-Length: %d\r\n"

GOOD = {
    "a body that ends with the connection": says(OK + b"\r\nbytes"),
    "pieces": says(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nby\r\n3\r\ntes\r\n0\r\n\r\n"),
    "a first answer to wait": says(
        b"HTTP/1.1 100 Continue\r\n\r\n", OK + LENGTH % 5 + b"\r\nbytes"
    ),
}


BAD: dict[str, tuple[Script, type[ReelguardError]]] = {
    # of wrong length
    "less than was declared": (says(OK + LENGTH % 9 + b"\r\nbytes"), ServerFailure),
    "more than was declared": (says(OK + LENGTH % 5 + b"\r\nbytesmore"), ServerFailure),
    "nothing": (says(OK + LENGTH % 0 + b"\r\n"), EmptySource),
    "pieces without the last": (
        says(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nbytes\r\n"),
        ServerFailure,
    ),
    "a negative length": (says(OK + b"Content-Length: -1\r\n\r\nbytes"), ServerFailure),
    "two lengths": (says(OK + LENGTH % 5 + LENGTH % 2 + b"\r\nbytes"), ServerFailure),
    "a length and pieces": (
        says(OK + LENGTH % 5 + b"Transfer-Encoding: chunked\r\n\r\n2\r\nby\r\n0\r\n\r\n"),
        ServerFailure,
    ),
    "a petabyte": (says(OK + LENGTH % (1 << 50) + b"\r\nx"), TooLarge),
    "a length of 30 digits": (
        says(OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\nx"),
        ServerFailure,
    ),
    "a piece of no size": (says(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), ServerFailure),
    # packed
    "a gzip bomb": (
        says(OK + b"Content-Encoding: gzip\r\n" + LENGTH % len(BOMB) + b"\r\n" + BOMB),
        FetchRefused,
    ),
    "a brotli bomb": (says(OK + b"Content-Encoding: br\r\n\r\n" + BOMB), FetchRefused),
    "packed twice": (says(OK + b"Content-Encoding: gzip, gzip\r\n\r\n" + BOMB), FetchRefused),
    "packed on the way": (says(OK + b"Transfer-Encoding: gzip\r\n\r\n" + BOMB), FetchRefused),
    "packed in pieces": (
        says(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
        FetchRefused,
    ),
    # without an end
    "an endless body": (repeats(OK + b"\r\n", bytes(65_536)), TooLarge),
    "endless pieces": (
        repeats(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"8000\r\n%b\r\n" % bytes(32_768)),
        TooLarge,
    ),
    "endless headers": (repeats(OK, b"X-More: more\r\n"), ServerFailure),
    "a header without an end": (repeats(OK + b"X: ", b"x" * 4096), ServerFailure),
    "a status without an end": (repeats(b"HTTP/1.1 200 ", b"x" * 4096), ServerFailure),
    "300 headers": (says(OK + b"X: x\r\n" * 300 + b"\r\nbytes"), ServerFailure),
    "300 cookies": (says(OK + b"Set-Cookie: a=b\r\n" * 300 + b"\r\nbytes"), ServerFailure),
    "a header of 100 KB": (says(OK + b"X: " + b"x" * 100_000 + b"\r\n\r\nbytes"), ServerFailure),
    "a size of a piece without an end": (
        repeats(OK + b"Transfer-Encoding: chunked\r\n\r\n5;", b"x" * 4096),
        FetchTimeout,
    ),
    "endless trailers": (
        repeats(OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X: x\r\n"),
        ServerFailure,
    ),
    # slow
    "silence": (repeats(b"", b"", pause_seconds=0.05), FetchTimeout),
    "headers that drip": (repeats(OK + b"X: ", b"x", pause_seconds=0.05), FetchTimeout),
    "a body that drips": (repeats(OK + b"\r\n", b"x", pause_seconds=0.05), FetchTimeout),
    "a body that stops": (repeats(OK + b"\r\nx", b"", pause_seconds=0.05), FetchTimeout),
    "answers to wait, for ever": (
        repeats(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause_seconds=0.01),
        FetchTimeout,
    ),
    # no HTTP
    "nothing at all": (says(), ServerFailure),
    "another protocol": (says(b"SSH-2.0-OpenSSH_9.2\r\n"), ServerFailure),
    "HTTP/0.9": (says(b"<html>bytes</html>"), ServerFailure),
    "a change of protocol": (
        says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx"),
        FetchRefused,
    ),
    "a status that is none": (says(b"HTTP/1.1 999 Odd\r\n\r\nbytes"), ServerFailure),
}
