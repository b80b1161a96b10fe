"""Put the sandbox behind TLS and HTTP/2, and note what distinguishes a client from Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from f2scrapy.sandbox import routes
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.tls.checks import find_violations
from f2scrapy.sandbox.tls.exchange import Answer, Seen, Site, join_cookies, send_once
from f2scrapy.sandbox.tls.front import Front, open_sandbox_site

# Files come through any handshake, as far as is known, but for some covers: see "picky_cdn".
_ANY_HANDSHAKE = {"media", "stream", "socket", "script"}


@asynccontextmanager
async def run_front(sandbox: Sandbox, port: int = 0) -> AsyncIterator[Front]:
    """Run a front before a sandbox that serves; violations go to the sandbox's report."""
    async with (
        open_sandbox_site(sandbox.url) as site,
        Front(_watch(site, sandbox), sandbox.url, port) as front,
    ):
        yield front


def _watch(site: Site, sandbox: Sandbox) -> Site:
    state = sandbox.state

    @asynccontextmanager
    async def respond(seen: Seen) -> AsyncIterator[Answer]:
        target, fields = f"{seen.host}{seen.path}", dict(join_cookies(seen.fields))
        request = Request.from_target(seen.method, target, fields, seen.body)
        kind = routes.find_route(request, state).kind
        found = list(find_violations(seen))
        if kind not in _ANY_HANDSHAKE:
            for message in found:
                state.note_violation(request, message)
        picky = state.faults.find("picky_cdn")
        if picky and found and picky.try_strike(request, kind):
            yield Answer(403, [("Content-Length", "0")], send_once(b""))
            return
        async with site(seen) as answer:
            yield answer

    return respond
