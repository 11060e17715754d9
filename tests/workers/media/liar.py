"""A server that sends the bytes it is told to, whether they are HTTP or not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\n"


class Liar:
    """`connections` counts how many clients came."""

    def __init__(self, script: Script) -> None:
        self.connections = 0
        self.uri = ""
        self._script = script

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            await self._script(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has had enough, or the test
        finally:
            writer.close()


@asynccontextmanager
async def lying(script: Script, host: str = "127.0.0.1") -> AsyncIterator[Liar]:
    liar = Liar(script)
    server = await asyncio.start_server(liar.answer, host, 0)
    liar.uri = f"http://{host}:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield liar


def says(*pieces: bytes) -> Script:
    """Send these bytes and end."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return script


def repeats(first: bytes, piece: bytes, *, pause_seconds: float = 0) -> Script:
    """Send `first`, then `piece` for ever."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_seconds)

    return script
