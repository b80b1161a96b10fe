"""Build requests as an identity's browser sends them: headers, cookies, tokens, signature."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from f2scrapy.api.browser_headers import build_headers
from f2scrapy.api.identity import Identity
from f2scrapy.api.passage import pass_please_wait
from f2scrapy.api.verdict import classify_address, classify_status, classify_text, find_barrier
from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.placeholders import fill_placeholders
from f2scrapy.model.tokens import TokenAnswer, TokenAsk
from f2scrapy.platforms import get_platform
from f2scrapy.signing import Signed, Unsigned, sign

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PreparedRequest:
    """A request as it is sent; URL and headers hold secrets and are left out of its repr.

    The headers are in the browser's order and spelling. `kind` is one of client.yaml's
    `browser.kinds`: page, fetch, image, video, audio, socket.
    """

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    kind: str = "fetch"


async def ensure_guest_tokens(
    identity: Identity, fetch: Callable[[TokenAsk], Awaitable[TokenAnswer]]
) -> None:
    """Request the guest tokens that are missing or too old.

    Raises:
        Refused: a token is refused for which there is no made-up substitute; the error is that of
            the first refused token.
    """
    guest = get_platform(identity.platform).guest
    first_refusal: Refused | None = None
    async with identity.token_lock:
        for ask in guest.list_token_requests(identity):
            made_up = guest.make_substitute(ask.name)
            try:
                answer = await _fetch_past_pages(identity, ask, fetch)
                given = _read_tokens(ask, answer, required=made_up is None)
            except Refused as refused:
                first_refusal = first_refusal or refused
                if made_up is None:
                    identity.forget_made_up_tokens()
                    raise first_refusal from None
                logger.info("%s; going on with a made-up token, or without", refused)
                given = {}
            if made_up and ask.name not in given:
                for name, value in made_up.items():
                    identity.store_token(name, value, made_up=True)
            for name, value in given.items():
                identity.store_token(name, value)


async def _fetch_past_pages(
    identity: Identity, ask: TokenAsk, fetch: Callable[[TokenAsk], Awaitable[TokenAnswer]]
) -> TokenAnswer:
    """Return the response to the request of a token, past the "Please wait" page of its host.

    Raises:
        Refused: that page came again.
    """
    while True:
        entry = identity.get_sender(ask.url).entry
        answer = await fetch(_with_pass(identity, ask))
        if not await pass_please_wait(identity, ask.url, answer.body, entry):
            return answer


def _with_pass(identity: Identity, ask: TokenAsk) -> TokenAsk:
    """Return the request with the identity's pass for its host, and without an older one."""
    entry = identity.passes.get(urlsplit(ask.url).hostname or "")
    if entry is None:
        return ask
    sent = filter(None, ask.more.get("Cookie", "").split("; "))
    other = [pair for pair in sent if pair.partition("=")[0] not in entry.cookies]
    cookies = "; ".join([*other, *(f"{name}={value}" for name, value in entry.cookies.items())])
    return replace(ask, more={**ask.more, "Cookie": cookies})


def _read_tokens(ask: TokenAsk, answer: TokenAnswer, *, required: bool) -> dict[str, str]:
    """Return the tokens that a response holds, by name.

    Raises:
        Refused: it holds none, or not the `required` one.
    """
    name, status = ask.name, answer.status
    if 300 <= status < 400:
        outcome = classify_address(answer.location, Outcome.RISK_CONTROL)
        raise Refused(outcome, f"{name}: HTTP {status}, redirected")
    if status != 200:
        raise Refused(classify_status(status), f"{name}: HTTP {status}")
    given = {token: value for token, value in ask.read(answer).items() if value}
    if name in given or (given and not required):
        return given
    if barrier := find_barrier(answer.body):
        raise Refused(barrier.outcome, f"{name}: {barrier.detail}", reason=barrier.reason)
    text = answer.body[:4000].decode(errors="replace")
    raise Refused(classify_text(text, Outcome.RISK_CONTROL), f"the platform gave a guest no {name}")


def build_request(identity: Identity, endpoint: Endpoint) -> PreparedRequest:
    """Return an endpoint's request with all parameters, signature, headers and cookies."""
    query = build_query(identity, endpoint, identity.facts)
    signed = sign_query(identity, _choose_scheme(identity, endpoint), query, endpoint.encode_body())
    address, kind = endpoint.address, "fetch"
    own = {**_build_accept(identity), **endpoint.build_headers(), **signed.headers}
    if not endpoint.anonymous:
        own |= _build_gateway_headers(identity, address) | _build_cookies(identity, address)
    if endpoint.is_guarded:
        own |= identity.build_ticket_guard_headers()
    if urlsplit(address).scheme == "wss":
        kind = "socket"
        own.pop("Accept", None)
    referer = own.pop("Referer", "")
    headers = build_headers(
        identity, kind, address, method=endpoint.method, referer=referer, own=own
    )
    return PreparedRequest(f"{address}?{signed.query}", headers, kind)


def build_query(identity: Identity, endpoint: Endpoint, facts: Mapping[str, Any]) -> str:
    """Return the query of an endpoint's request, all parameters in the page's order, unsigned.

    Raises:
        KeyError: the identity's `facts` lack a token: it has not been requested.
    """
    return "&".join(filter(None, _build_parameters(identity, endpoint, facts)))


def _build_gateway_headers(identity: Identity, url: str) -> dict[str, str]:
    """Return the headers that the page's scripts add to the requests of such an interface."""
    parts = urlsplit(url)
    if parts.hostname not in identity.profile.cookie_hosts:
        return {}
    headers: dict[str, str] = {}
    for prefix, added in identity.profile.interface_headers.items():
        if parts.path.startswith(prefix):
            headers |= fill_placeholders(added, identity.facts)
    return {name: value for name, value in headers.items() if value}


def sign_query(identity: Identity, scheme: str, query: str, body: bytes = b"") -> Signed:
    """Sign a query as the identity's browser does; `scheme` is one of `f2scrapy.signing`.

    sign_query(identity, "a_bogus", "aid=6383&sec_user_id=MS4w").query
    """
    return sign(
        scheme,
        Unsigned(
            query=query,
            body=body,
            user_agent=identity.user_agent,
            fingerprint=str(identity.screen),
            now_ms=time.time_ns() // 1_000_000,
            random=random.random,
            uifid=identity.uifid,
        ),
    )


def build_page_request(identity: Identity, url: str) -> PreparedRequest:
    """Return the request of an HTML page: from a page of its site, or typed in (short links)."""
    root = identity.profile.media_referer
    referer = root if url.startswith(root) else ""
    headers = build_headers(
        identity, "page", url, referer=referer, own=_build_cookies(identity, url)
    )
    return PreparedRequest(url, headers, "page")


def build_token_request(identity: Identity, ask: TokenAsk) -> PreparedRequest:
    """Return the request of a guest token as the script of the platform's page makes it."""
    how = identity.profile.tokens.get(ask.name)
    kind = how.kind if how else "fetch"
    referer = "" if kind == "page" else identity.profile.media_referer
    own = dict(ask.headers)
    headers = build_headers(identity, kind, ask.url, method=ask.method,
                            referer=own.pop("Referer", referer), own=own,
                            with_credentials=bool(how and how.with_credentials))  # fmt: skip
    return PreparedRequest(ask.url, headers, kind)


def build_file_request(identity: Identity, url: str, kind: str = "") -> PreparedRequest:
    """Return the request of a media file as the platform's page makes it; with media cookies only.

    `kind` is "image", "video" or "audio"; "" = a text, which the page's script gets.
    """
    cookies = _as_header(identity.build_media_cookie_header(url))
    headers = build_headers(
        identity, kind or "fetch", url, referer=identity.profile.media_referer, own=cookies
    )
    return PreparedRequest(url, headers, kind or "fetch")


class FileRequests:
    """Builds the requests of files, see `build_file_request`.

    The headers of a host are built once: that takes 0.1 ms, and they differ by site and cookies
    alone (2026-11).
    """

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._known: dict[tuple[str, ...], PreparedRequest] = {}

    def build(self, url: str, kind: str = "") -> PreparedRequest:
        parts = urlsplit(url)
        cookies = self._identity.build_media_cookie_header(url)
        case = (kind, parts.scheme, parts.netloc, cookies)
        if case not in self._known:
            self._known[case] = build_file_request(self._identity, url, kind)
        return replace(self._known[case], url=url)


def build_stream_request(identity: Identity, url: str) -> PreparedRequest:
    """Return the request of a live stream as the player of the platform's page makes it."""
    referer = identity.profile.stream_referer
    return PreparedRequest(url, build_headers(identity, "fetch", url, referer=referer))


def _build_accept(identity: Identity) -> dict[str, str]:
    """Return the Accept that the page's script sets for the interfaces."""
    headers = identity.profile.browser.headers
    return {"Accept": headers["Accept"]} if "Accept" in headers else {}


def _build_cookies(identity: Identity, url: str) -> dict[str, str]:
    return _as_header(identity.build_cookie_header(url))


def _as_header(cookies: str) -> dict[str, str]:
    return {"Cookie": cookies} if cookies else {}


def _choose_scheme(identity: Identity, endpoint: Endpoint) -> str:
    path, schemes = urlsplit(endpoint.url).path, identity.profile.schemes
    scheme = schemes.get(path, schemes.get(endpoint.scheme, ""))
    protected = path in identity.protected_paths and scheme and "secsdk" not in scheme
    return f"{scheme}+secsdk" if protected and identity.uifid else scheme


def _build_parameters(
    identity: Identity, endpoint: Endpoint, facts: Mapping[str, Any]
) -> list[str]:
    """Return the browser's parameters, the endpoint's own and the tokens, in the page's order.

    A parameter of the endpoint replaces the browser's of the same name. A token without a value
    is left out: the page does without, too.
    """
    profile, query = identity.profile, endpoint.encode_query()
    own = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    browser = fill_placeholders(profile.params.get(endpoint.params, {}), facts)
    tokens = fill_placeholders(profile.token_params.get(endpoint.params, {}), facts)
    tokens = {name: value for name, value in tokens.items() if value != ""}
    kept = {name: value for name, value in browser.items() if name not in own}
    parts = [_encode(kept), query]
    if profile.alphabetical:
        parts = sorted("&".join(filter(None, parts)).split("&"), key=lambda p: p.partition("=")[0])
    return [*parts, _encode(tokens)]


def _encode(values: dict[str, Any]) -> str:
    return urlencode(values, quote_via=quote)
