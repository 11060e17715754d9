"""Verdicts by hand, for the tests of what people are shown."""

from typing import Any

import msgspec

from topics import codec
from topics.verdicts import VERDICTS, Verdict

REMOVED, UNREADABLE = (
    codec.decode(Verdict, msgspec.json.encode(example)) for example in VERDICTS.examples
)


def verdict(of: Verdict = REMOVED, **changes: Any) -> Verdict:
    """An example verdict with changes."""
    return msgspec.structs.replace(of, **changes)
