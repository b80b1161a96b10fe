"""Fetch answers, tokens and links of a platform from a program without Scrapy."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from f2scrapy.api.elsewhere import SitePage, read_elsewhere
from f2scrapy.api.http_client import HttpClient, HttpError, HttpResponse
from f2scrapy.api.identity import Identity, Sender
from f2scrapy.api.identity_options import build_guest, build_identity
from f2scrapy.api.login import LoginCheck, check_login
from f2scrapy.api.passage import pass_please_wait
from f2scrapy.api.proxy import check_proxies, find_proxy, use_proxy
from f2scrapy.api.redirects import MAX_REDIRECTS, classify_redirect, redirect_target
from f2scrapy.api.retry import apply_remedy, call_with_retries
from f2scrapy.api.sandbox_url import to_sandbox
from f2scrapy.api.signed_request import (
    PreparedRequest,
    build_page_request,
    build_request,
    build_token_request,
    ensure_guest_tokens,
)
from f2scrapy.api.verdict import classify_response
from f2scrapy.config.file import load_options
from f2scrapy.config.options import Options
from f2scrapy.errors import F2Error, InputError, Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Endpoint, Login
from f2scrapy.model.item import Item
from f2scrapy.model.link import Link
from f2scrapy.model.tokens import TokenAnswer, TokenAsk
from f2scrapy.platforms import get_platform

logger = logging.getLogger(__name__)
Kind = TypeVar("Kind", bound=Item)

_TIMEOUT_S = 30.0  # for one answer
_MAX_BYTES = 64 * 1024 * 1024  # of an answer, decompressed
_TEXT_STARTS = (b"", b"{", b"[", b"<", b" ")  # first byte of an answer that is no protobuf


class Session:
    """A connection to one platform as one identity, for programs; each call is tried once.

    Options come from the environment and f2scrapy.yaml; the arguments override them:

        async with Session("douyin", F2_COOKIES="cookies.txt") as session:
            token = await session.get_token("ms_token")
            answer = await session.ask(UserProfile(sec_user_id="MS4w..."))
            links = await session.resolve("https://v.douyin.com/iRNBho6u/")

    `cookie` is a Cookie header for the platform in place of all others; "" = none.
    `user_agent` is that of a Chromium; its version goes to the other headers, too. `proxy` is
    http://HOST:PORT, socks5://… or socks5h://… in place of the environment's. `guest` uses a new
    guest in place of the account and the saved tokens, and saves nothing. The attribute `timeout`
    are the seconds for one answer, `date` is the Date header of the latest one ("" = none).

    Raises:
        InputError: an option cannot be used, or a keyword is unknown.
    """

    def __init__(
        self,
        platform: str,
        *,
        cookie: str | None = None,
        user_agent: str = "",
        proxy: str = "",
        guest: bool = False,
        **options: str,
    ) -> None:
        self.options = _replace_options(load_options(**options), platform, cookie, user_agent)
        self.sandbox = self.options.sandbox  # "" = the platforms themselves
        self._proxy = proxy
        with use_proxy(proxy):  # its password is a secret of the identity
            self.identity: Identity = (
                build_guest(self.options, platform)
                if guest
                else build_identity(self.options, platform, uses_login=cookie is None)
            )
            check_proxies(self.sandbox, self.identity.profile.hosts)
        self.links = get_platform(platform).links
        self.unreadable: Counter[str] = Counter()  # fields of answers, by path; see `note_item`
        self.timeout = _TIMEOUT_S
        self.date = ""

    async def __aenter__(self) -> Self:
        self._http = HttpClient(self.identity, sandbox=self.sandbox, find_proxy=self.find_proxy)
        return self

    def find_proxy(self, url: str) -> str | None:
        """Return the proxy for `url`: that of this session, else see `f2scrapy.api.proxy`."""
        with use_proxy("" if self.sandbox else self._proxy):
            return find_proxy(url)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self._http.close()

    async def rest(self) -> None:
        """Close the connections for now: for a program that has no request for a long time."""
        await self._http.close_idle()

    # Tokens and answers

    async def get_token(self, name: str) -> str:
        """Return the identity's `ttwid`, `webid`, `ms_token` or `verify_fp`; request it if needed.

        With an account's cookies, webid is "" until a response has named that of the session.
        If the platform refuses an msToken it is a made-up one, as on the platform's own page:
        then `session.identity.tokens["ms_token"].made_up` is true.

        Raises:
            InputError: there is no such token.
            Refused: the platform gives none.
        """
        await ensure_guest_tokens(self.identity, self._fetch_token)
        facts = self.identity.facts
        known = {*self.identity.tokens, *self.identity.profile.token_cookies}
        if name not in known:
            raise InputError(f"there is no token {name!r}; there are: {', '.join(sorted(known))}")
        return str(facts[name])

    async def ask(self, endpoint: Endpoint) -> Mapping[str, Any]:
        """Return the decoded answer of an interface; the endpoint reads its rows and cursor.

        Raises:
            Refused: there is no answer, or it needs an account; then nothing was requested.
        """
        if endpoint.login is Login.ACCOUNT and not self.identity.is_logged_in:
            raise Refused(self.identity.login_failure, "this interface is for accounts only")
        sender = self.identity.sender
        return await self._read_answer(await self._request(endpoint), endpoint, sender)

    async def ask_anywhere(self, endpoint: Endpoint) -> tuple[Mapping[str, Any], str]:
        """Return an answer as a crawl gets it, and its place.

        Refused requests are retried (F2_RETRIES, F2_BACKOFF); then it is read from where the
        platform shows the same. The place is "" for the interface, else see `read_elsewhere`.

        Raises:
            Refused: no place holds the answer.
        """
        try:
            return await call_with_retries(self, partial(self.ask, endpoint)), ""
        except Refused as refused:
            return await read_elsewhere(self, self.links, endpoint, refused)

    async def try_endpoint(self, endpoint: Endpoint) -> Mapping[str, Any] | None:
        """Return the decoded answer of an interface; None = it is refused."""
        try:
            return await self.ask(endpoint)
        except Refused:
            return None

    async def try_page(self, url: str) -> SitePage | None:
        """Return the response of a page of the site; None = there is none."""
        try:
            response = await self._send_past_pages(url, partial(self._send_page, url))
        except Refused:
            return None
        return SitePage(url, response.get("Location"), response.body)

    async def check_login(self) -> LoginCheck:
        """Ask once whether the platform accepts the login, and whose it is.

        After a refusal the session goes on as a guest.
        """
        return await check_login(self.identity, self.ask)

    async def fetch_item(self, endpoint: Endpoint, kind: type[Kind]) -> Kind:
        """Return the one item that the answer of an interface describes.

        Raises:
            Refused: there is no answer.
            ProtocolError: the answer has an unknown shape.
        """
        item = kind.parse_answer(endpoint, await self.ask(endpoint))
        self.note_item(item)
        return item

    def note_item(self, item: Item) -> None:
        """Count the fields of an item that could not be read; each is logged once."""
        for path in dict.fromkeys(part.path for part in item.unreadable):
            if path not in self.unreadable:
                logger.warning("%s: the field %s cannot be read; it is left empty", item.key, path)
            self.unreadable[path] += 1

    async def fetch(self, endpoint: Endpoint) -> bytes:
        """Return the undecoded answer of an interface that answers in protobuf.

        Raises:
            Refused: there is no answer: another status, no body, an HTML page, or a refusal.
            ProtocolError: the answer is JSON.
        """
        sender = self.identity.sender
        response = await self._request(endpoint)
        if response.status == 200 and response.body[:1] not in _TEXT_STARTS:
            return response.body
        await self._read_answer(response, endpoint, sender)
        raise ProtocolError(f"{type(endpoint).__name__}: JSON in place of protobuf")

    async def prepare(self, endpoint: Endpoint) -> PreparedRequest:
        """Return the request of an interface for another client to send, such as a WebSocket.

        With a sandbox it has the sandbox's address.

        Raises:
            Refused: the platform refuses a guest token that is needed.
        """
        await ensure_guest_tokens(self.identity, self._fetch_token)
        request = build_request(self.identity, endpoint)
        if not self.sandbox:
            return request
        return replace(request, url=to_sandbox(self.sandbox, request.url))

    async def _request(self, endpoint: Endpoint) -> HttpResponse:
        if not endpoint.anonymous:
            await ensure_guest_tokens(self.identity, self._fetch_token)
        body = endpoint.encode_body()
        response = await self._send_past_pages(
            endpoint.url,
            lambda: self._send(endpoint.method, build_request(self.identity, endpoint), body),
        )
        if urlsplit(endpoint.url).hostname in self.identity.profile.cookie_hosts:
            self.identity.learn_cookies(_to_answer(response))
        return response

    async def _send_past_pages(
        self, url: str, send: Callable[[], Awaitable[HttpResponse]]
    ) -> HttpResponse:
        """Return the result of `send`, past the "Please wait" page of the host of `url`.

        Raises:
            Refused: that page came again; the next call makes a try as another guest.
        """
        while True:
            sender = self.identity.get_sender(url)
            response = await send()
            try:
                if not await pass_please_wait(self.identity, url, response.body, sender.entry):
                    return response
            except Refused as refused:
                if refused.reason:
                    await apply_remedy(self.identity, refused.reason, sender, "")
                raise

    async def _read_answer(
        self, response: HttpResponse, endpoint: Endpoint, sender: Sender
    ) -> Mapping[str, Any]:
        location = response.get("Location")
        verdict = classify_response(response.status, location, response.body, endpoint)
        if verdict.answer is not None:
            if verdict.unusual:
                logger.warning("%s: %s", type(endpoint).__name__, verdict.detail)
            return verdict.answer
        if verdict.reason:  # the next call may pass
            path = urlsplit(endpoint.url).path
            await apply_remedy(self.identity, verdict.reason, sender, path)
        raise verdict.as_refusal(self.identity.refine_outcome(verdict.outcome))

    # Links

    async def resolve(self, text: str, *kinds: str) -> list[Link]:
        """Return the links and ids in `text`; short links are followed, nothing else is fetched.

        `kinds` limits the kinds of link, such as "aweme_id", "sec_user_id", "mix_id", "web_rid",
        "room_id"; none = all kinds.

        Raises:
            InputError: there is no such link.
            Refused: a short link cannot be followed now.
        """
        found = self.links.find(text)
        groups = [await self._follow(link.id) if link.kind == "short" else [link] for link in found]
        links = [link for group in groups for link in group if not kinds or link.kind in kinds]
        if not links:
            if unoffered := self.links.name_unoffered(text):
                raise InputError(f"this is {unoffered}, which f2scrapy does not offer: {text}")
            raise InputError(f"this holds no {' or '.join(kinds) or 'link or id'}: {text}")
        return list(dict.fromkeys(links))

    async def resolve_all(self, texts: Iterable[str], *kinds: str) -> list[list[Link] | F2Error]:
        """Return the result of `resolve` for each text, or its error; all run at once."""

        async def try_resolve(text: str) -> list[Link] | F2Error:
            try:
                return await self.resolve(text, *kinds)
            except F2Error as error:
                return error

        return await asyncio.gather(*map(try_resolve, texts))

    async def _follow(self, url: str) -> list[Link]:
        """Return the links that a short link leads to; every redirect is checked before."""
        for _ in range(MAX_REDIRECTS):
            response = await self._send_past_pages(url, partial(self._send_page, url))
            target = redirect_target(self.links, url, response.get("Location"))
            found = [link for link in self.links.find(target) if link.kind != "short"]
            if found:
                return found
            if refused := classify_redirect(self.links, response.status, target, response.body):
                raise refused
            if not target:
                return []
            url = target
        return []

    async def _send_page(self, url: str) -> HttpResponse:
        return await self._send("GET", build_page_request(self.identity, url))

    # HTTP

    async def _fetch_token(self, ask: TokenAsk) -> TokenAnswer:
        request = build_token_request(self.identity, ask)
        return _to_answer(await self._send(ask.method, request, ask.payload()))

    async def _send(self, method: str, request: PreparedRequest, body: bytes = b"") -> HttpResponse:
        try:
            response = await self._http.send(
                method, request, body, seconds=self.timeout, limit=_MAX_BYTES
            )
        except HttpError as error:
            raise Refused(Outcome.NETWORK, str(error)) from None
        self.date = response.get("Date")
        return response


def _replace_options(
    options: Options, platform: str, cookie: str | None, user_agent: str
) -> Options:
    """Return the options with the cookies and the user agent of one session.

    Raises:
        InputError: the user agent names no version of Chrome.
    """
    changes: dict[str, Any] = {} if cookie is None else {"cookie": cookie, "cookies": ""}
    if user_agent:
        found = re.search(r"Chrome/([\d.]+)", user_agent)
        if not found:
            raise InputError("user_agent: want that of a Chromium, with Chrome/… in it")
        own = dict(options.client.get(platform) or {})
        browser = {"user_agent": user_agent, "version": found[1]}
        own["browser"] = {**(own.get("browser") or {}), **browser}
        changes["client"] = {**options.client, platform: own}
    return options.model_copy(update=changes)


def _to_answer(response: HttpResponse) -> TokenAnswer:
    headers = {name.lower(): value for name, value in response.fields}
    return TokenAnswer(
        response.status,
        response.get_all("Set-Cookie"),
        response.body,
        response.get("Location"),
        headers,
    )
