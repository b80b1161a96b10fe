"""What goes over the wire: an endpoint's request dressed and signed for an identity."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from f2scrapy.api.identity import Identity
from f2scrapy.api.verdict import by_address, by_status, by_text
from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.placeholders import fill_placeholders
from f2scrapy.model.tokens import TokenAnswer, TokenAsk
from f2scrapy.platforms import get_platform
from f2scrapy.signing import Signed, Unsigned, sign

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class PreparedRequest:
    """A request as it is sent; holds secrets, hence no repr of them."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


async def ensure_guest_tokens(
    identity: Identity, fetch: Callable[[TokenAsk], Awaitable[TokenAnswer]]
) -> None:
    """Ask for the guest tokens that are missing or have lapsed; what is there is left alone.

    Raises:
        Refused: one is not given, and the platform's page could not go on without it either; the
            first that was not given says why.
    """
    guest = get_platform(identity.platform).guest
    why: Refused | None = None
    async with identity.asking:
        for ask in guest.list_token_requests(identity):
            made_up = guest.make_substitute(ask.name)
            try:
                given = _given(ask, await fetch(ask), needed=made_up is None)
            except Refused as refused:
                why = why or refused
                if made_up is None:
                    identity.forget_made_up()
                    raise why from None
                logger.info("%s; going on with one of our own, or without", refused)
                given = {}
            if made_up and ask.name not in given:
                for name, value in made_up.items():
                    identity.keep(name, value, made_up=True)
            for name, value in given.items():
                identity.keep(name, value)


def _given(ask: TokenAsk, answer: TokenAnswer, *, needed: bool) -> dict[str, str]:
    """What is given to who asks, by token.

    Raises:
        Refused: nothing is, or not what is `needed`.
    """
    name, status = ask.name, answer.status
    if 300 <= status < 400:
        outcome = by_address(answer.location, Outcome.RISK_CONTROL)
        raise Refused(outcome, f"{name}: HTTP {status}, led elsewhere")
    if status != 200:
        raise Refused(by_status(status), f"{name}: HTTP {status}")
    given = {token: value for token, value in ask.read(answer).items() if value}
    if name in given or (given and not needed):
        return given
    text = answer.body[:4000].decode(errors="replace")
    raise Refused(by_text(text, Outcome.RISK_CONTROL), f"no {name} was given to a guest")


def build_request(identity: Identity, endpoint: Endpoint) -> PreparedRequest:
    """An endpoint's request: browser parameters, its own, tokens, signature; headers, cookies."""
    query = "&".join(filter(None, _parameters(identity, endpoint)))
    done = sign_query(identity, _scheme(identity, endpoint), query, endpoint.encode_body())
    headers = identity.headers | endpoint.build_headers() | _cookies(identity, endpoint.url)
    return PreparedRequest(f"{endpoint.url}?{done.query}", {**headers, **done.headers})


def sign_query(identity: Identity, scheme: str, query: str, body: bytes = b"") -> Signed:
    """A query signed as the identity's browser would; `scheme` is one of `f2scrapy.signing`.

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
    """A page's request, as a visitor of the platform makes it."""
    return PreparedRequest(url, identity.headers | _referer(identity) | _cookies(identity, url))


def build_file_request(identity: Identity, url: str, kind: str = "") -> PreparedRequest:
    """A file's request, as the platform's page makes it; its host learns no more than it needs.

    `kind` is "image", "video" or "audio"; "" = a text, or a stream.
    """
    accept = identity.client.browser.accept
    headers = identity.headers | {"Accept": accept.get(kind, accept["file"])}
    cookies = identity.media_cookie_header(url)
    return PreparedRequest(url, headers | _referer(identity) | _cookie(cookies))


def _referer(identity: Identity) -> dict[str, str]:
    return {"Referer": identity.client.media_referer}


def _cookies(identity: Identity, url: str) -> dict[str, str]:
    return _cookie(identity.cookie_header(url))


def _cookie(pairs: str) -> dict[str, str]:
    return {"Cookie": pairs} if pairs else {}


def _scheme(identity: Identity, endpoint: Endpoint) -> str:
    path, schemes = urlsplit(endpoint.url).path, identity.client.schemes
    scheme = schemes.get(path, schemes.get(endpoint.scheme, ""))
    protected = path in identity.client.secsdk_paths
    return f"{scheme}+secsdk" if protected and identity.uifid else scheme


def _parameters(identity: Identity, endpoint: Endpoint) -> list[str]:
    """The browser's parameters, the endpoint's own, the tokens: in the order of the page.

    What an endpoint says of the browser itself takes the place of what is usual.
    """
    facts = identity.facts
    own = {name for name, _ in parse_qsl(endpoint.encode_query(), keep_blank_values=True)}
    browser = fill_placeholders(identity.client.params.get(endpoint.params, {}), facts)
    tokens = fill_placeholders(identity.client.token_params.get(endpoint.params, {}), facts)
    usual = {name: value for name, value in browser.items() if name not in own}
    asked = [_encoded(usual), endpoint.encode_query()]
    if identity.client.alphabetical:
        asked = sorted("&".join(filter(None, asked)).split("&"), key=lambda p: p.partition("=")[0])
    return [*asked, _encoded(tokens)]


def _encoded(values: dict[str, Any]) -> str:
    return urlencode(values, quote_via=quote)
