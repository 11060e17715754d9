"""An HTTP server for the tests of fetching: good, slow, broken and lying answers."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

BODY = b"bytes of a video" * 1000


class Origin:
    """`asked` counts requests by path; `last` and `headers` are the latest one's, as they came."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self.headers: dict[str, str] = {}
        self.last = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.path] = self.asked.get(request.path, 0) + 1
        self.last = request.raw_path
        self.headers = dict(request.headers)
        kind, _, rest = request.path[1:].partition("/")
        match kind:
            case "status":
                return web.Response(status=int(rest))
            case "busy":  # twice, then good
                done = self.asked[request.path] > 2
                return web.Response(body=BODY) if done else web.Response(status=503)
            case "loop":
                return moved("/loop")
            case "moved":
                return moved(request.query.get("to", "/video"))
            case "cookie":
                response = moved("/video")
                response.set_cookie("session", "secret")
                return response
            case "packed":
                return web.Response(body=BODY, headers={"Content-Encoding": "gzip"})
            case "slow" | "endless" | "cut":
                return await self._stream(request, kind)
        return web.Response(body=BODY)

    async def _stream(self, request: web.Request, kind: str) -> web.StreamResponse:
        response = web.StreamResponse()
        if kind == "cut":
            response.content_length = len(BODY)
        await response.prepare(request)
        if kind == "cut":
            await response.write(BODY[:100])
            assert request.transport
            request.transport.abort()
            return response
        while True:
            await response.write(b"x" if kind == "slow" else bytes(65_536))
            await asyncio.sleep(0.05 if kind == "slow" else 0)


def moved(location: str) -> web.Response:
    """Not web.HTTPFound, which quotes the address anew."""
    return web.Response(status=302, headers={"Location": location})


@asynccontextmanager
async def serving(host: str = "127.0.0.1") -> AsyncIterator[tuple[str, Origin]]:
    """The server's address and what it was asked."""
    origin = Origin()
    async with running(origin.answer, host) as uri:
        yield uri, origin


@asynccontextmanager
async def answering(see: Callable[[web.Request], None]) -> AsyncIterator[str]:
    """The address of a server that shows each request to `see` and answers with a few bytes."""

    async def answer(request: web.Request) -> web.StreamResponse:
        see(request)
        return web.Response(body=b"bytes")

    async with running(answer, "127.0.0.1") as uri:
        yield uri


@asynccontextmanager
async def running(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
    host: str,
    certificate: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    """The address of a server that answers every GET so."""
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, 0, ssl_context=certificate).start()
    yield f"{'https' if certificate else 'http'}://{host}:{runner.addresses[0][1]}"
    await runner.cleanup()
