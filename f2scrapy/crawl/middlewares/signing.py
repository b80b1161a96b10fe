"""Prepare each request as the identity's browser sends it, and sign it."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response

from f2scrapy.api.signed_request import (
    PreparedRequest,
    build_file_request,
    build_page_request,
    build_request,
    build_token_request,
    ensure_guest_tokens,
)
from f2scrapy.crawl.browser.route import BY_PAGE, get_browser_route
from f2scrapy.crawl.requests import (
    PREPARED,
    ApiCall,
    MediaFile,
    SitePage,
    TokenCall,
    get_network_errors,
    get_purpose,
    make_token_request,
)
from f2scrapy.crawl.shared import get_identity
from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.tokens import TokenAnswer, TokenAsk
from f2scrapy.text import describe_error


class SigningMiddleware:
    """Adds headers, cookies, browser parameters, tokens and the signature.

    The request is changed in place and restored with the response: a new request would pass all
    middlewares again, filters and caches would tell requests apart by signature, and a retry would
    send the old signature. So all other parts see the original request, and no secret reaches a
    log or a queue.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.network = get_network_errors(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Prepare the request; each redirect and each retry comes here again."""
        match get_purpose(request):
            case TokenCall(sent):
                _prepare(request, sent)
            case ApiCall(endpoint) if get_browser_route(self.crawler).is_by_page(endpoint):
                request.meta[BY_PAGE] = True  # the page prepares and signs it
                request.meta["sender"] = get_identity(self.crawler).get_sender(request.url)
            case ApiCall(endpoint):
                identity = get_identity(self.crawler)
                if request.meta.pop("as_other_guest", False):
                    await identity.renew(identity.guest)
                if not endpoint.anonymous:
                    await ensure_guest_tokens(identity, self._fetch_token)
                request.meta["sender"] = identity.get_sender(request.url)
                request.meta[BY_PAGE] = False
                _prepare(request, build_request(identity, endpoint))
            case MediaFile(save_to):
                kind = save_to.kind if save_to else ""
                identity = get_identity(self.crawler)
                _prepare(request, build_file_request(identity, request.url, kind))
            case SitePage():
                identity = get_identity(self.crawler)
                request.meta["sender"] = identity.get_sender(request.url)
                _prepare(request, build_page_request(identity, request.url))

    def process_response(self, request: Request, response: Response) -> Response:
        """Restore the request, and give the response its URL."""
        if not _restore(request):
            return response
        self.learn_cookies(response)
        return response if response.url == request.url else response.replace(url=request.url)

    def learn_cookies(self, response: Response) -> None:
        """Keep the cookies that a host of the platform sets."""
        identity = get_identity(self.crawler)
        if urlsplit(response.url).hostname in identity.profile.cookie_hosts:
            identity.learn_cookies(_to_answer(response))

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        """Restore the request, so that a retry gets a new signature."""
        _restore(request)

    async def _fetch_token(self, ask: TokenAsk) -> TokenAnswer:
        sent = build_token_request(get_identity(self.crawler), ask)
        self.crawler.stats.inc_value(f"f2/token/{ask.name}")
        try:
            response = await self.crawler.engine.download_async(
                make_token_request(sent, ask.method, ask.payload())
            )
        except self.network as error:
            raise Refused(Outcome.NETWORK, f"{ask.name}: {describe_error(error)}") from error
        return _to_answer(response)


def _to_answer(response: Response) -> TokenAnswer:
    cookies = (line.decode("latin-1") for line in response.headers.getlist("Set-Cookie"))
    location = (response.headers.get("Location") or b"").decode("latin-1")
    return TokenAnswer(
        response.status, tuple(cookies), response.body, location, _read_headers(response)
    )


def _read_headers(response: Response) -> dict[str, str]:
    pairs = response.headers.items()
    return {n.decode().lower(): v[-1].decode("latin-1") for n, v in pairs if v}


def _prepare(request: Request, sent: PreparedRequest) -> None:
    """Set the URL and headers to send; keep the original ones in `meta`.

    Scrapy's Headers change spelling and lose the order, so the handler gets `sent`, too.
    """
    request.meta["unprepared"] = (request.url, request.headers)
    request.meta[PREPARED] = sent
    request._set_url(sent.url)
    request.headers = Headers({**request.headers, **sent.headers})


def _restore(request: Request) -> bool:
    """Undo `_prepare`; return False if the request was not prepared."""
    before = request.meta.pop("unprepared", None)
    request.meta.pop(PREPARED, None)
    if before is None:
        return False
    url, headers = before
    request._set_url(url)
    request.headers = headers
    return True
