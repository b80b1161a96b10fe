"""Serve the sandbox over HTTP: in the running loop, in its own thread, or as a program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from aiohttp import web
from multidict import CIMultiDict

from f2scrapy.sandbox import cdn, gateway, recorded_answers, routes, waf
from f2scrapy.sandbox.checks import Route, check_request
from f2scrapy.sandbox.control import describe_works, serve_control
from f2scrapy.sandbox.delivery import Delivered, compress_reply, deliver
from f2scrapy.sandbox.http_types import Page, Reply, Request
from f2scrapy.sandbox.live import sockets, webcast
from f2scrapy.sandbox.media import Asset
from f2scrapy.sandbox.state import Options, State

_SHUTDOWN_S = 0.5  # grace for connections still open at the end
_LONGEST_LINE = 1 << 16  # bytes of a request line or a header


class Sandbox:
    """Douyin and TikTok on one port of loopback.

    async with Sandbox(Options(faults=("captcha@3",))) as sandbox:
        ... F2_SANDBOX=sandbox.url ...
        assert not sandbox.state.report.violations
    """

    def __init__(self, options: Options | None = None) -> None:
        self.state = State(options)
        self._runner: web.ServerRunner | None = None
        self.url = ""  # "" until it serves

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(
            web.Server(
                self._handle,
                access_log=None,
                max_line_size=_LONGEST_LINE,
                max_field_size=_LONGEST_LINE,
            ),
            shutdown_timeout=_SHUTDOWN_S,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.state.options.port, backlog=1024)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def to_sandbox(self, url: str) -> str:
        """Return the address in this sandbox of `https://HOST/PATH?QUERY`."""
        return f"{self.url}/{url.partition('://')[2]}"

    def get_user_url(self, name: str, platform: str = "douyin") -> str:
        """Return the link of the user called *name*."""
        user = self.state.catalogue.by_name[name]
        if platform == "tiktok":
            return f"https://www.tiktok.com/@{user.unique_id}"
        return f"https://www.douyin.com/user/{user.sec_user_id}"

    def find_asset(self, url: str) -> Asset | None:
        """Return the file behind *url*; None if it is no media address."""
        request = Request.from_target("GET", url.partition("://")[2])
        recorded = recorded_answers.find_asset(request, self.state)
        return recorded or cdn.find_asset(request, self.state)

    def describe_files(self, name: str, platform: str = "douyin") -> dict[str, dict[str, Any]]:
        """Return the works of the user called *name* by aweme_id, as GET /__works does."""
        return describe_works(self.state, name, platform)

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        request = await read_request(incoming)
        if request.host.startswith("__"):
            response, _ = await deliver(incoming, serve_control(request, self.state))
            return response
        return await self._serve(incoming, request)

    async def _serve(self, incoming: web.BaseRequest, request: Request) -> web.StreamResponse:
        route = routes.find_route(request, self.state)
        now = asyncio.get_running_loop().time()
        with self.state.report.track_request(request, route.kind, now) as interface:
            if self.state.options.latency_ms:
                await asyncio.sleep(self.state.options.latency_ms / 1000)
            if route.kind == "socket" and sockets.is_handshake(incoming):
                return await self._serve_socket(incoming, request, route)
            reply = respond(request, route, self.state)
            response, sent = await deliver(incoming, reply)
            interface.status[sent.status] += 1
            interface.bytes += sent.bytes
        _count_media(request, reply, sent, self.state)
        return response

    async def _serve_socket(
        self, incoming: web.BaseRequest, request: Request, route: Route
    ) -> web.StreamResponse:
        """Open a WebSocket, or refuse its handshake."""
        refusal = _find_refusal(request, route, self.state)
        refusal = refusal or webcast.check_handshake(request, self.state)
        if refusal is None:
            return await sockets.serve(incoming, request, self.state)
        response, _ = await deliver(incoming, refusal)
        return response


async def read_request(incoming: web.BaseRequest) -> Request:
    """Return the request as its real host would receive it."""
    # A request through a proxy has the full URL.
    target = incoming.raw_path.removeprefix(f"http://{incoming.host}")
    fields = ((name.decode("latin-1"), value.decode()) for name, value in incoming.raw_headers)
    headers = CIMultiDict(fields)  # spelled as they came
    return Request.from_target(incoming.method, target.lstrip("/"), headers, await incoming.read())


def respond(request: Request, route: Route, state: State) -> Reply:
    """Return the reply of the platform: checks first, then faults, then the interface itself."""
    if refusal := _find_refusal(request, route, state):
        return refusal
    request = state.faults.rewrite_request(request, route.kind)
    reply = route.handler(request, state)
    if isinstance(reply, Page):
        reply = _apply_page_faults(reply, request, route, state)
    reply = gateway.name_webid(reply, request, state)
    if state.options.compress:
        reply = compress_reply(reply, request)
    if reply.status == 200:
        return state.faults.disturb_reply(reply, request, route.kind)
    return reply


def _find_refusal(request: Request, route: Route, state: State) -> Reply | None:
    if page := waf.find_page(request, route.kind, state):
        return page
    state.expire_visitor(request, route.kind)
    refusal = check_request(request, route, state)
    return refusal or state.faults.find_refusal(request, route.kind)


def _apply_page_faults(page: Page, request: Request, route: Route, state: State) -> Reply:
    page = state.repeat_page(page, request)
    return state.faults.bend_page(page, request, route.kind).to_reply()


def _count_media(request: Request, reply: Reply, sent: Delivered, state: State) -> None:
    if reply.asset is not None and request.method == "GET":
        state.report.count_media(reply.asset.key, size=sent.bytes, ranged=sent.ranged)


@contextmanager
def run_sandbox(options: Options | None = None) -> Iterator[Sandbox]:
    """Run a sandbox in a thread of its own, for callers without an event loop."""
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
