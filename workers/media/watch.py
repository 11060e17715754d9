"""Follow one child from its start to its exit: read its answer, hold it to deadline and size.

Whatever happens, also when the caller is cancelled, no child outlives the call.
"""

import asyncio
import os

from .link import Child
from .messages import Kind
from .outcome import Exit

ANSWER_BYTES_MAX = 1 << 20
_PIECE = 64 * 1024  # bytes, a pipe's capacity
_EXIT_SECONDS = 1.0  # from its answer's end, and from SIGKILL, to its exit


async def watch(child: Child, pipe: int, deadline_seconds: float) -> Exit:
    """pipe: the reading end of the child's result, non-blocking; the caller closes it."""
    answer = bytearray()
    stopped_for: Kind | None = None
    try:
        async with asyncio.timeout(deadline_seconds):
            await _read(pipe, answer)
            async with asyncio.timeout(_EXIT_SECONDS):
                await asyncio.shield(child.ended)
    except TimeoutError:
        stopped_for = "deadline"
    except OverflowError:
        stopped_for = "bad_result"
    finally:
        child.kill()
    if not child.ended.done():
        await asyncio.wait([child.ended], timeout=_EXIT_SECONDS)
    ended = child.ended.result() if child.ended.done() else None
    return Exit(
        answer=bytes(answer),
        stopped_for=stopped_for,
        ended=ended,
        server_lost=ended is None and not child.running,  # else it takes long to give back memory
    )


async def _read(pipe: int, answer: bytearray) -> None:
    loop = asyncio.get_running_loop()
    finished: asyncio.Future[None] = loop.create_future()

    def take() -> None:
        piece = os.read(pipe, _PIECE)
        answer.extend(piece)
        if finished.done():
            return
        if len(answer) > ANSWER_BYTES_MAX:
            finished.set_exception(OverflowError(f"over {ANSWER_BYTES_MAX} bytes of answer"))
        elif not piece:
            finished.set_result(None)

    loop.add_reader(pipe, take)
    try:
        await finished
    finally:
        loop.remove_reader(pipe)
