"""The field types that several records share, each with its bounds and unit."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=256)]
Sha256 = Annotated[
    str, Meta(pattern="^[0-9a-f]{64}$", description="lower-case hexadecimal SHA-256")
]
Time = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset; written in UTC")]
Seconds = Annotated[
    float, Meta(ge=0, description="seconds; for positions: on the player's timeline, first PTS = 0")
]
Score = Annotated[float, Meta(ge=0, le=1, description="probability in [0, 1]")]
Count = Annotated[int, Meta(ge=0)]
Version = Annotated[int, Meta(ge=1, description="1, 2, 3, ... without gaps")]

Action = Literal["allow", "label", "restrict", "remove", "review", "error"]
Mode = Literal["live", "shadow", "canary", "retired"]
