"""Requests for the tokens of a guest of Douyin: ttwid, webid, msToken, verify_fp, uifid."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from f2scrapy.model.placeholders import fill_placeholders
from f2scrapy.model.tokens import TokenAnswer, TokenAsk
from f2scrapy.signing.tokens import make_ms_token, make_str_data, make_verify_fp

if TYPE_CHECKING:
    from f2scrapy.api.browser_profile import TokenRequest
    from f2scrapy.api.identity import Identity

_WEBIDS = (7_300_000_000_000_000_000, 7_600_000_000_000_000_000)  # issued 2023 to 2025
_MS_TOKENS = (164, 184)  # lengths of a real one, in characters; a made-up one has the latter


def list_token_requests(identity: Identity) -> Iterator[TokenAsk]:
    """Yield a request for each missing or expired token; store verify_fp, which needs none.

    A session of the user's browser has a webid, which no request tells (see `Identity.webid`); live
    chat of such a session gets a number for this run.
    """
    if "verify_fp" not in identity.tokens:
        identity.store_token("verify_fp", make_verify_fp(identity.facts["now_ms"], random.random))
    if identity.has_session and "unique_id" not in identity.tokens:
        identity.store_token("unique_id", _make_webid(), made_up=True)
    for name, read in _READERS.items():
        how = identity.profile.tokens[name]
        known = identity.has_token(name, how.hours) or (name == "webid" and identity.has_session)
        if not known:
            yield _build_request(name, how, read, identity)


def _build_request(
    name: str, how: TokenRequest, read: Callable[[TokenAnswer], dict[str, str]], identity: Identity
) -> TokenAsk:
    if how.body is not None:
        body = fill_placeholders(how.body, identity.facts) | _make_report(name, identity)
        return TokenAsk(name, how.url, body, read, how.headers)
    identity.forget_token(name)  # a page sets no cookie that it is sent
    cookies = {"Cookie": identity.build_cookie_header(how.url)}
    return TokenAsk(name, how.url, None, read, how.headers | cookies)


def make_substitute(name: str) -> dict[str, str] | None:
    """Return made-up values by name for a token that was refused; None = it is indispensable.

    Ad blockers keep many browsers from the host of webid.
    """
    if name == "webid":
        return {"webid": _make_webid()}
    if name == "ms_token":
        return {"ms_token": make_ms_token(_MS_TOKENS[-1], random.random)}
    # The gateway accepts no made-up uifid (public reports, 2026-09), and guards some networks only.
    return {"uifid": ""} if name == "uifid" else None


def _make_webid() -> str:
    return str(random.randint(*_WEBIDS))


def _make_report(name: str, identity: Identity) -> dict[str, Any]:
    """Return the browser's report that the request for msToken carries; {} for other tokens."""
    if name != "ms_token":
        return {}
    report = fill_placeholders(identity.profile.report, identity.facts)
    nonce = random.randrange(256)
    return {"strData": make_str_data(report, nonce), "tspFromClient": identity.facts["now_ms"]}


def _read_ttwid(answer: TokenAnswer) -> dict[str, str]:
    return {"ttwid": answer.cookie("ttwid")}


def _read_webid(answer: TokenAnswer) -> dict[str, str]:
    return {"webid": str(answer.json.get("web_id") or "")}


def _read_ms_token(answer: TokenAnswer) -> dict[str, str]:
    """Return msToken by name; {} for the short one that a refusal sets (seen in F2)."""
    value = answer.cookie("msToken")
    return {"ms_token": value} if len(value) in _MS_TOKENS else {}


def _read_uifid(answer: TokenAnswer) -> dict[str, str]:
    """Return the uifid by name; the page of a challenge sets none."""
    return {"uifid": answer.cookie("UIFID_TEMP") or answer.cookie("UIFID")}


_READERS = {
    "ttwid": _read_ttwid,
    "webid": _read_webid,
    "ms_token": _read_ms_token,
    "uifid": _read_uifid,
}
