"""What a guest of TikTok asks for before the first page: device_id, ttwid, msToken, odin_tt."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from f2scrapy.errors import ProtocolError
from f2scrapy.model.placeholders import fill_placeholders
from f2scrapy.model.tokens import TokenAnswer, TokenAsk
from f2scrapy.platforms.tiktok import pages
from f2scrapy.signing.tokens import ms_token

if TYPE_CHECKING:
    from f2scrapy.api.browser_profile import TokenRequest
    from f2scrapy.api.identity import Identity

_MS_TOKEN = 148  # characters, of a real one and of one made up
_DEVICE_IDS = (7_250_000_000_000_000_000, 7_351_147_085_025_500_000)  # of 2023, as others use


def asks(identity: Identity) -> Iterator[TokenAsk]:
    """Yields the tokens that have to be asked for now.

    The start page numbers the browser and hands out the cookies that belong to the number.
    """
    for name, read in _READ.items():
        how = identity.client.tokens[name]
        if not identity.has(name, how.hours):
            yield TokenAsk(name, _url(how, identity), _body(name, how, identity), read,
                           _headers(name, how, identity))  # fmt: skip


def substitute(name: str) -> dict[str, str] | None:
    """What the page goes on with when the token is refused, by token; None = it cannot go on."""
    if name == "device_id":
        now = str(int(time.time()))
        return {"device_id": str(random.randint(*_DEVICE_IDS)), "webid_created": now}
    if name == "ms_token":
        return {"ms_token": ms_token(_MS_TOKEN, random.random)}
    return {name: ""} if name in ("odin_tt", "tt_chain_token") else None


def _url(how: TokenRequest, identity: Identity) -> str:
    query = urlencode(fill_placeholders(how.params, identity.facts), quote_via=quote)
    return f"{how.url}?{query}" if query else how.url


def _body(name: str, how: TokenRequest, identity: Identity) -> dict[str, object] | None:
    if how.body is None:
        return None
    now = {"tspFromClient": identity.facts["now_ms"]} if name == "ms_token" else {}
    return how.body | now


def _headers(name: str, how: TokenRequest, identity: Identity) -> dict[str, str]:
    """An older ttwid is exchanged for a new one; all else is asked as who the cookies say."""
    cookies = "" if name == "ttwid" else identity.cookie_header(how.url)
    return how.headers | ({"Cookie": cookies} if cookies else {})


def _device(answer: TokenAnswer) -> dict[str, str]:
    """What the start page says of the browser, and the cookies that belong to it."""
    try:
        context = pages.context(pages.page_data(answer.body.decode(errors="replace")))
    except ProtocolError:  # a page that asks for a captcha
        return {}
    return {
        "device_id": str(context.get("wid") or ""),
        "webid_created": str(context.get("webIdCreatedTime") or ""),
        "region": str(context.get("region") or ""),
        **{name: answer.cookie(name) for name in ("ttwid", "tt_chain_token")},
    }


def _ms_token(answer: TokenAnswer) -> dict[str, str]:
    """A real one has one length; a refusal sets a short one (seen in F2)."""
    value = answer.cookie("msToken")
    return {"ms_token": value} if len(value) == _MS_TOKEN else {}


_READ = {
    "device_id": _device,
    "tt_chain_token": lambda answer: {"tt_chain_token": answer.cookie("tt_chain_token")},
    "ttwid": lambda answer: {"ttwid": answer.cookie("ttwid")},
    "ms_token": _ms_token,
    "odin_tt": lambda answer: {"odin_tt": answer.cookie("odin_tt")},
}
