"""Wait out a fault: call again with growing pauses until it works. Faults are never an upload's."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from topics.errors import FaultError

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

log = logging.getLogger(__name__)


async def patiently(
    fault: type[FaultError],
    call: Callable[Parameters, Awaitable[Result]],
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Result:
    """The result of `call(*args)`, called again with jitter for as long as it raises `fault`."""
    pause = FIRST_SECONDS
    while True:
        try:
            return await call(*args, **kwargs)
        except fault as error:
            log.error("%s: %s; again in %.1f s", error.reason, error, pause)
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(LONGEST_SECONDS, 2 * pause)
