"""Sandbox: the server, in this loop, in a thread of its own, or as a program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from aiohttp import web

from f2scrapy.sandbox import cdn, recorded_answers, routes
from f2scrapy.sandbox.checks import Route, check
from f2scrapy.sandbox.control import control, works
from f2scrapy.sandbox.delivery import Sent, deliver, packed
from f2scrapy.sandbox.http_types import Answer, Ask, Page
from f2scrapy.sandbox.live import sockets, webcast
from f2scrapy.sandbox.media import Asset
from f2scrapy.sandbox.state import Options, World

_PATIENCE_S = 0.5  # with connections that are open at the end
_LONGEST_LINE = 1 << 16  # bytes of a request line or a header


class Sandbox:
    """The platforms on one port of loopback.

    async with Sandbox(Options(faults=("captcha@3",))) as sandbox:
        ... F2_SANDBOX=sandbox.url ...
        assert not sandbox.world.report.violations
    """

    def __init__(self, options: Options | None = None) -> None:
        self.world = World(options)
        self._runner: web.ServerRunner | None = None
        self.url = ""  # set when it serves

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(
            web.Server(
                self._handle,
                access_log=None,
                max_line_size=_LONGEST_LINE,
                max_field_size=_LONGEST_LINE,
            ),
            shutdown_timeout=_PATIENCE_S,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.world.options.port, backlog=1024)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def door(self, url: str) -> str:
        """Where `https://HOST/PATH?QUERY` is found here."""
        return f"{self.url}/{url.partition('://')[2]}"

    def user_url(self, name: str, platform: str = "douyin") -> str:
        """The link of a well-known user."""
        user = self.world.catalogue.by_name[name]
        if platform == "tiktok":
            return f"https://www.tiktok.com/@{user.unique_id}"
        return f"https://www.douyin.com/user/{user.sec_user_id}"

    def asset(self, url: str) -> Asset | None:
        """What *url* should give: `read()`, `sha256()`, `size`; None where it names no medium."""
        ask = Ask.of("GET", url.partition("://")[2])
        return recorded_answers.asset(ask, self.world) or cdn.asset_of(ask, self.world)

    def files(self, name: str, platform: str = "douyin") -> dict[str, dict[str, Any]]:
        """What the user called *name* has, by aweme_id; see GET /__works."""
        return works(self.world, name, platform)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        ask = await read(request)
        if ask.host.startswith("__"):
            response, _ = await deliver(request, control(ask, self.world))
            return response
        return await self._play(request, ask)

    async def _play(self, request: web.BaseRequest, ask: Ask) -> web.StreamResponse:
        route = routes.find(ask, self.world)
        now = asyncio.get_running_loop().time()
        with self.world.report.asking(ask, route.kind, now) as interface:
            if self.world.options.latency_ms:
                await asyncio.sleep(self.world.options.latency_ms / 1000)
            if route.kind == "socket" and sockets.wanted(request):
                return await self._socket(request, ask, route)
            answer = respond(ask, route, self.world)
            response, sent = await deliver(request, answer)
            interface.status[sent.status] += 1
            interface.bytes += sent.bytes
        _count_media(ask, answer, sent, self.world)
        return response

    async def _socket(self, request: web.BaseRequest, ask: Ask, route: Route) -> web.StreamResponse:
        """A socket, or the refusal of its handshake."""
        self.world.lapse(ask, route.kind)
        refusal = check(ask, route, self.world) or self.world.faults.refusal(ask, route.kind)
        refusal = refusal or webcast.handshake(ask, self.world)
        if refusal is None:
            return await sockets.serve(request, ask, self.world)
        response, _ = await deliver(request, refusal)
        return response


async def read(request: web.BaseRequest) -> Ask:
    """The request as its real host would have seen it."""
    target = request.raw_path.removeprefix(f"http://{request.host}")  # a proxy's form has it
    return Ask.of(request.method, target.lstrip("/"), request.headers, await request.read())


def respond(ask: Ask, route: Route, world: World) -> Answer:
    """What the platform answers: checks first, then faults, then the interface itself."""
    world.lapse(ask, route.kind)
    refusal = check(ask, route, world) or world.faults.refusal(ask, route.kind)
    if refusal:
        return refusal
    ask = world.faults.reword(ask, route.kind)
    found = route.answer(ask, world)
    answer = _bent(found, ask, route, world) if isinstance(found, Page) else found
    if world.options.compress:
        answer = packed(answer, ask)
    return world.faults.disturb(answer, ask, route.kind) if answer.status == 200 else answer


def _bent(page: Page, ask: Ask, route: Route, world: World) -> Answer:
    page = world.again(page, ask)
    return world.faults.bend(page, ask, route.kind).answer()


def _count_media(ask: Ask, answer: Answer, sent: Sent, world: World) -> None:
    if answer.asset is not None and ask.method == "GET":
        world.report.fetched(answer.asset.key, size=sent.bytes, ranged=sent.ranged)


@contextmanager
def running(options: Options | None = None) -> Iterator[Sandbox]:
    """A sandbox in a thread of its own, for those who have no loop."""
    sandbox, loop = Sandbox(options), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(sandbox.__aenter__(), loop).result(10)
        try:
            yield sandbox
        finally:
            asyncio.run_coroutine_threadsafe(sandbox.__aexit__(), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
