"""Session: a platform asked from Python, without Scrapy's engine: tokens, answers, links."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
from yarl import URL

from f2scrapy.api import proxy
from f2scrapy.api.identity import Identity, build_guest, build_identity
from f2scrapy.api.redirects import HOPS, barred, onward
from f2scrapy.api.sandbox_url import through_door
from f2scrapy.api.signed_request import (
    PreparedRequest,
    build_page_request,
    build_request,
    ensure_guest_tokens,
)
from f2scrapy.api.verdict import judge
from f2scrapy.config.file import load_options
from f2scrapy.errors import F2Error, InputError, Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.item import Item
from f2scrapy.model.link import Link
from f2scrapy.model.tokens import TokenAnswer, TokenAsk
from f2scrapy.platforms import get_platform
from f2scrapy.text import describe_error

Kind = TypeVar("Kind", bound=Item)

_TIMEOUT_S = 30.0  # for one answer
_MAX_BYTES = 64 * 1024 * 1024  # of an answer, unpacked
_TEXTS = (b"", b"{", b"[", b"<", b" ")  # how an answer begins that is no protobuf


@dataclass(frozen=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]  # Set-Cookie headers
    body: bytes


class Session:
    """One identity's way to its platform, for a program of your own. Each question is
    asked once.

    Options of the project are taken from the environment and from f2scrapy.yaml, then from here:

        async with Session("douyin", F2_COOKIES="cookies.txt") as session:
            token = await session.token("ms_token")
            page = await session.ask(UserProfile(sec_user_id="MS4w..."))
            links = await session.resolve("https://v.douyin.com/iRNBho6u/")

    `guest` makes it a visitor of its own, whatever cookies there are, forgotten with the session.

    Raises:
        InputError: an option cannot be used.
    """

    def __init__(self, platform: str, *, guest: bool = False, **options: str) -> None:
        self.options = load_options(**options)
        build = build_guest if guest else build_identity
        self.identity: Identity = build(self.options, platform)
        self._links = get_platform(platform).links
        self.sandbox = self.options.sandbox  # "" = the platforms themselves
        proxy.check(self.sandbox)  # what is wrong is said at once

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),  # the identity attaches cookies by host
            timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.close()

    # Tokens and answers

    async def token(self, name: str) -> str:
        """The identity's `ttwid`, `webid`, `ms_token` or `verify_fp`; what is missing is
        asked for.

        Where an msToken is refused it is a made-up one, as the platform's own page goes on with:
        then `session.identity.tokens["ms_token"].made_up` is true.

        Raises:
            InputError: there is no such token.
            Refused: the platform gives none.
        """
        await ensure_guest_tokens(self.identity, self._token)
        facts = self.identity.facts
        known = {*self.identity.tokens, *self.identity.client.token_cookies}
        if name not in known:
            raise InputError(f"there is no token {name!r}; there are: {', '.join(sorted(known))}")
        return str(facts[name])

    async def ask(self, endpoint: Endpoint) -> Mapping[str, Any]:
        """The decoded answer of an interface; its `read_rows` and `turned` tell what to do with it.

        Raises:
            Refused: it is none.
        """
        return self._judged(await self._reply(endpoint), endpoint)

    async def thing(self, endpoint: Endpoint, kind: type[Kind]) -> Kind:
        """What the answer of an interface is about, which is one thing.

        Raises:
            Refused: it is none.
            ProtocolError: it has a shape that is not known.
        """
        return kind.parse_answer(endpoint, await self.ask(endpoint))

    async def fetch(self, endpoint: Endpoint) -> bytes:
        """The answer of an interface that answers in protobuf, undecoded.

        Raises:
            Refused: it is none: another status, nothing, JSON or a page.
            ProtocolError: it is the interface's answer in JSON.
        """
        reply = await self._reply(endpoint)
        if reply.status == 200 and reply.body[:1] not in _TEXTS:
            return reply.body
        self._judged(reply, endpoint)
        raise ProtocolError(f"{type(endpoint).__name__}: JSON where protobuf was asked for")

    async def prepare(self, endpoint: Endpoint) -> PreparedRequest:
        """The request of an interface as this identity makes it, for who sends it otherwise.

        Its address lies in the sandbox where there is one.

        Raises:
            Refused: a guest token it needs is not given.
        """
        await ensure_guest_tokens(self.identity, self._token)
        wire = build_request(self.identity, endpoint)
        return (
            PreparedRequest(through_door(self.sandbox, wire.url), wire.headers)
            if self.sandbox
            else wire
        )

    async def _reply(self, endpoint: Endpoint) -> _Reply:
        await ensure_guest_tokens(self.identity, self._token)
        wire = build_request(self.identity, endpoint)
        return await self._send(endpoint.method, wire, endpoint.encode_body())

    def _judged(self, reply: _Reply, endpoint: Endpoint) -> Mapping[str, Any]:
        verdict = judge(reply.status, reply.headers.get("Location", ""), reply.body, endpoint)
        if verdict.page is None:
            raise Refused(self.identity.as_seen(verdict.outcome), verdict.seen)
        return verdict.page

    async def pages(self, endpoint: Endpoint) -> AsyncIterator[Mapping[str, Any]]:
        """The answers of a list, page by page, at the pace of F2_PACE; it ends where the list does.

        Raises:
            Refused: one is none, or the list turns in circles.
            ProtocolError: one does not say whether or where the list goes on.
        """
        places = {endpoint.position}
        while True:
            page = await self.ask(endpoint)
            yield page
            if endpoint.is_last_page(page):
                return
            endpoint = endpoint.next_page(page)
            if endpoint.position in places:
                raise Refused(Outcome.LIST_GAP, "the list turns in circles")
            places.add(endpoint.position)
            await asyncio.sleep(self.options.pace)

    # Links

    async def resolve(self, text: str, *kinds: str) -> list[Link]:
        """What `text` points to; short links are followed, nothing else is fetched.

        With `kinds` only these, such as "aweme_id", "sec_user_id", "mix_id", "web_rid", "room_id".

        Raises:
            InputError: it points to nothing of that kind.
            Refused: a short link cannot be followed now.
        """
        found = self._links.find(text)
        groups = [await self._follow(link.id) if link.kind == "short" else [link] for link in found]
        links = [link for group in groups for link in group if not kinds or link.kind in kinds]
        if not links:
            raise InputError(f"this holds no {' or '.join(kinds) or 'link or id'}: {text}")
        return list(dict.fromkeys(links))

    async def resolve_all(self, texts: Iterable[str], *kinds: str) -> list[list[Link] | F2Error]:
        """`resolve` of each text at once, in their order; what failed is an error in its place."""

        async def one(text: str) -> list[Link] | F2Error:
            try:
                return await self.resolve(text, *kinds)
            except F2Error as error:
                return error

        return await asyncio.gather(*map(one, texts))

    async def _follow(self, url: str) -> list[Link]:
        """Where a short link leads; every hop is checked before it is taken."""
        for _ in range(HOPS):
            reply = await self._send("GET", build_page_request(self.identity, url))
            there = onward(self._links, url, reply.headers.get("Location", ""))
            found = [one for one in self._links.find(there) if one.kind != "short"]
            if found:
                return found
            if refused := barred(self._links, reply.status, there, reply.body):
                raise refused
            if not there:
                return []
            url = there
        return []

    # The wire

    async def _token(self, ask: TokenAsk) -> TokenAnswer:
        headers = self.identity.headers | ask.headers
        reply = await self._send(ask.method, PreparedRequest(ask.url, headers), ask.payload())
        location = reply.headers.get("Location", "")
        return TokenAnswer(reply.status, reply.cookies, reply.body, location)

    async def _send(self, method: str, wire: PreparedRequest, body: bytes = b"") -> _Reply:
        url = through_door(self.sandbox, wire.url) if self.sandbox else wire.url
        try:
            async with self._http.request(
                method, URL(url, encoded=True), headers=wire.headers, data=body or None,
                allow_redirects=False, proxy=proxy.proxy_for(url),
            ) as reply:  # fmt: skip
                cookies = tuple(reply.headers.getall("Set-Cookie", ()))
                return _Reply(reply.status, reply.headers, cookies, await self._body(reply))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Refused(
                Outcome.NETWORK, describe_error(error)
            ) from None  # its text holds the URL

    async def _body(self, reply: aiohttp.ClientResponse) -> bytes:
        """All of it; a megabyte that is sent may unpack to thousands."""
        body = bytearray()
        async for chunk in reply.content.iter_any():
            body += chunk
            if len(body) > _MAX_BYTES:
                raise Refused(Outcome.NETWORK, "the answer is too long to be held in memory")
        return bytes(body)
