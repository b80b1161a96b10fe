"""Dress each request as the identity's browser would, and sign it: last before the wire."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from f2scrapy.api import signed_request
from f2scrapy.api.identity import Identity
from f2scrapy.api.tokens import TokenAnswer, TokenAsk
from f2scrapy.crawl.requests import MEDIA_SLOT, network_errors, token
from f2scrapy.download.transfer import SaveTo
from f2scrapy.errors import Outcome, Refused
from f2scrapy.text import describe_error


class SigningMiddleware:
    """Puts headers, cookies, browser parameters, tokens and the signature on.

    The request is changed in place and changed back with the answer: one replaced by another would
    go round again, be known to filters and caches by its signature, and be retried with the old
    one. So everything else sees what was there before, and no secret reaches a log or a queue.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.network = network_errors(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Called for every request, each redirect and each retry anew."""
        if "token_url" in request.meta:
            request.meta["undressed"] = (request.url, request.headers)
            request._set_url(request.meta["token_url"])
        if "platform" not in request.meta:
            return
        identity = Identity.of(self.crawler)
        endpoint = request.meta.get("endpoint")
        if endpoint is not None:
            await signed_request.become_guest(identity, self._token)
            request.meta["guest"] = identity.guest
            sent = signed_request.asked(identity, endpoint)
        elif request.meta.get("download_slot") == MEDIA_SLOT:
            save: SaveTo | None = request.meta.get("save_to")
            sent = signed_request.file(identity, request.url, save.kind if save else "")
        else:
            sent = signed_request.page(identity, request.url)
        request.meta["undressed"] = (request.url, request.headers)
        request._set_url(sent.url)
        request.headers = Headers({**request.headers, **sent.headers})

    def process_response(self, request: Request, response: Response) -> Response:
        """Gives back what the request had before, and the answer its name."""
        if not _undress(request):
            return response
        identity = Identity.of(self.crawler)
        if urlsplit(response.url).hostname in identity.client.cookie_hosts:
            identity.take(_answer(response))
        return response if response.url == request.url else response.replace(url=request.url)

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        """Gives back what the request had before, so that a retry is signed afresh."""
        _undress(request)

    async def _token(self, ask: TokenAsk) -> TokenAnswer:
        headers = Identity.of(self.crawler).headers
        self.crawler.stats.inc_value(f"f2/token/{ask.name}")
        try:
            response = await self.crawler.engine.download_async(
                token(ask.url, ask.method, headers | ask.headers, ask.payload())
            )
        except self.network as error:
            raise Refused(Outcome.NETWORK, f"{ask.name}: {describe_error(error)}") from error
        return _answer(response)


def _answer(response: Response) -> TokenAnswer:
    cookies = (line.decode("latin-1") for line in response.headers.getlist("Set-Cookie"))
    location = (response.headers.get("Location") or b"").decode("latin-1")
    return TokenAnswer(response.status, tuple(cookies), response.body, location)


def _undress(request: Request) -> bool:
    before = request.meta.pop("undressed", None)
    if before is None:
        return False
    url, headers = before
    request._set_url(url)
    request.headers = headers
    return True
