"""Dress each request as the identity's browser would, and sign it: last before the wire."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from importlib import import_module
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response

from f2scrapy.endpoint import Endpoint
from f2scrapy.errors import Outcome, Refused
from f2scrapy.identity import Identity, TokenAnswer, TokenAsk, filled
from f2scrapy.request import TOKEN_SLOT
from f2scrapy.signing import Unsigned, sign

logger = logging.getLogger(__name__)


class SigningMiddleware:
    """Puts headers, cookies, browser parameters, tokens and the signature on.

    The URL is changed in place and changed back with the answer: a request replaced by another
    would go round again, be known to filters and caches by its signature, and be retried with the
    old one. So `meta["unsigned_url"]` is what everything else sees, and no token reaches a log.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._asking = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Called for every request, each redirect and each retry anew."""
        if "platform" not in request.meta:
            return
        identity = Identity.of(self.crawler)
        endpoint = request.meta.get("endpoint")
        if endpoint is not None:
            await self._become_a_guest(identity)
        self._dress(request, identity, endpoint)
        if endpoint is not None:
            request.meta["guest"] = identity.guest
            self._sign(request, identity, endpoint)

    def process_response(self, request: Request, response: Response) -> Response:
        """Gives the URL back that the request had before."""
        if "unsigned_url" not in request.meta:
            return response
        self._restore(request)
        return response.replace(url=request.url)

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        """Gives the URL back, so that a retry is signed afresh."""
        if "unsigned_url" in request.meta:
            self._restore(request)

    def _restore(self, request: Request) -> None:
        request._set_url(request.meta["unsigned_url"])

    def _dress(self, request: Request, identity: Identity, endpoint: Endpoint | None) -> None:
        for name, value in identity.headers.items():
            request.headers[name] = value
        referer = endpoint.referer if endpoint else identity.client["media_referer"]
        request.headers["Referer"] = referer
        cookies = identity.cookie_header(urlsplit(request.url).hostname or "")
        if cookies:
            request.headers["Cookie"] = cookies
        else:
            request.headers.pop("Cookie", None)

    def _sign(self, request: Request, identity: Identity, endpoint: Endpoint) -> None:
        url = request.meta.setdefault("unsigned_url", request.url)
        address, _, own = url.partition("?")
        signed = sign(
            _scheme(identity, endpoint),
            Unsigned(
                query="&".join(filter(None, _parameters(identity, endpoint, own))),
                body=request.body,
                user_agent=identity.user_agent,
                fingerprint=str(identity.screen),
                now_ms=time.time_ns() // 1_000_000,
                random=random.random,
                uifid=identity.uifid,
            ),
        )
        request._set_url(f"{address}?{signed.query}")  # see the class
        for name, value in signed.headers.items():
            request.headers[name] = value

    async def _become_a_guest(self, identity: Identity) -> None:
        guest = import_module(f"f2scrapy.{identity.platform}.guest")
        async with self._asking:
            for ask in guest.asks(identity):
                value = await self._token(ask, identity) or guest.substitute(ask.name)
                if not value:
                    raise Refused(Outcome.RISK_CONTROL, f"no {ask.name} was given to a guest")
                identity.keep(ask.name, value)

    async def _token(self, ask: TokenAsk, identity: Identity) -> str:
        headers = identity.headers | {"Content-Type": "application/json"}
        body = json.dumps(ask.body, ensure_ascii=False, separators=(",", ":")).encode()
        request = Request(
            ask.url,
            method="POST",
            headers=headers | {"Referer": identity.client["media_referer"]},
            body=body,
            meta={
                "download_slot": TOKEN_SLOT,
                "dont_redirect": True,
                "handle_httpstatus_all": True,
            },
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except (DownloadFailedError, DownloadTimeoutError) as error:
            logger.warning("%s: %s", ask.name, error)
            return ""
        cookies = (line.decode("latin-1") for line in response.headers.getlist("Set-Cookie"))
        value = ask.read(TokenAnswer(tuple(cookies), response.body))
        if not value:
            logger.warning("%s: not given (HTTP %s)", ask.name, response.status)
        self.crawler.stats.inc_value(f"f2/token/{ask.name}/{'given' if value else 'refused'}")
        return value


def _scheme(identity: Identity, endpoint: Endpoint) -> str:
    scheme = str(identity.client["schemes"].get(endpoint.scheme, ""))
    protected = urlsplit(endpoint.url).path in identity.client["secsdk_paths"]
    return f"{scheme}+secsdk" if protected and identity.uifid else scheme


def _parameters(identity: Identity, endpoint: Endpoint, own: str) -> list[str]:
    """The browser's parameters, the endpoint's own, the tokens: in the order of the page."""
    facts = identity.facts
    browser = filled(identity.client["params"].get(endpoint.params, {}), facts)
    tokens = filled(identity.client["token_params"].get(endpoint.params, {}), facts)
    return [_encoded(browser), own, _encoded(tokens)]


def _encoded(values: dict[str, Any]) -> str:
    return urlencode(values, quote_via=quote)
