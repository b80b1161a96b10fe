"""Requests for the tokens of a guest of TikTok: device_id, ttwid, msToken, odin_tt."""

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
from f2scrapy.signing.tokens import make_ms_token

if TYPE_CHECKING:
    from f2scrapy.api.browser_profile import TokenRequest
    from f2scrapy.api.identity import Identity

_MS_TOKEN = 148  # length in characters, of a real one and of a made-up one
_DEVICE_IDS = (7_250_000_000_000_000_000, 7_351_147_085_025_500_000)  # issued 2023, used by others


def list_token_requests(identity: Identity) -> Iterator[TokenAsk]:
    """Yield a request for each missing or expired token.

    The start page assigns the browser a device_id and sets the cookies that belong to it.
    """
    for name, read in _READERS.items():
        how = identity.profile.tokens[name]
        if not identity.has_token(name, how.hours):
            yield TokenAsk(name, _build_url(how, identity), _build_body(name, how, identity), read,
                           _build_headers(name, how, identity))  # fmt: skip


def make_substitute(name: str) -> dict[str, str] | None:
    """Return made-up values by name for a token that was refused; None = it is indispensable."""
    if name == "device_id":
        now = str(int(time.time()))
        return {"device_id": str(random.randint(*_DEVICE_IDS)), "webid_created": now}
    if name == "ms_token":
        return {"ms_token": make_ms_token(_MS_TOKEN, random.random)}
    return {name: ""} if name in ("odin_tt", "tt_chain_token") else None


def _build_url(how: TokenRequest, identity: Identity) -> str:
    query = urlencode(fill_placeholders(how.params, identity.facts), quote_via=quote)
    return f"{how.url}?{query}" if query else how.url


def _build_body(name: str, how: TokenRequest, identity: Identity) -> dict[str, object] | None:
    if how.body is None:
        return None
    now = {"tspFromClient": identity.facts["now_ms"]} if name == "ms_token" else {}
    return how.body | now


def _build_headers(name: str, how: TokenRequest, identity: Identity) -> dict[str, str]:
    """Return the headers of a request; ttwid's come from client.yaml, with an older ttwid."""
    cookies = "" if name == "ttwid" else identity.build_cookie_header(how.url)
    return how.headers | ({"Cookie": cookies} if cookies else {})


def _read_device(answer: TokenAnswer) -> dict[str, str]:
    """Return the start page's facts on the browser and the cookies that belong to them."""
    try:
        context = pages.parse_context(pages.read_page_data(answer.body.decode(errors="replace")))
    except ProtocolError:  # a captcha page
        return {}
    return {
        "device_id": str(context.get("wid") or ""),
        "webid_created": str(context.get("webIdCreatedTime") or ""),
        "region": str(context.get("region") or ""),
        **{name: answer.cookie(name) for name in ("ttwid", "tt_chain_token")},
    }


def _read_ms_token(answer: TokenAnswer) -> dict[str, str]:
    """Return msToken by name; {} for the short one that a refusal sets (seen in F2)."""
    value = answer.cookie("msToken")
    return {"ms_token": value} if len(value) == _MS_TOKEN else {}


_READERS = {
    "device_id": _read_device,
    "tt_chain_token": lambda answer: {"tt_chain_token": answer.cookie("tt_chain_token")},
    "ttwid": lambda answer: {"ttwid": answer.cookie("ttwid")},
    "ms_token": _read_ms_token,
    "odin_tt": lambda answer: {"odin_tt": answer.cookie("odin_tt")},
}
