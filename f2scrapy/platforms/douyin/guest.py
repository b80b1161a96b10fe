"""What a guest of Douyin asks for before the first page: ttwid, webid, msToken, verify_fp."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from f2scrapy.model.placeholders import fill_placeholders
from f2scrapy.model.tokens import TokenAnswer, TokenAsk
from f2scrapy.signing.tokens import ms_token, str_data, verify_fp

if TYPE_CHECKING:
    from f2scrapy.api.identity import Identity

_WEBIDS = (7_300_000_000_000_000_000, 7_600_000_000_000_000_000)  # as of 2023 to 2025
_MS_TOKENS = (164, 184)  # characters of a real one; one made up has the latter


def asks(identity: Identity) -> Iterator[TokenAsk]:
    """Yields the tokens that have to be asked for now; a verify_fp the browser makes by itself."""
    if "verify_fp" not in identity.tokens:
        identity.keep("verify_fp", verify_fp(identity.facts["now_ms"], random.random))
    for name, read in (("ttwid", _ttwid), ("webid", _webid), ("ms_token", _ms_token)):
        how = identity.client.tokens[name]
        if not identity.has(name, how.hours):
            body = fill_placeholders(how.body or {}, identity.facts) | _more(name, identity)
            yield TokenAsk(name, how.url, body, read, how.headers)


def substitute(name: str) -> dict[str, str] | None:
    """What the page goes on with when the token is refused, by token; None = it cannot go on.

    Blockers of advertisements keep the host of webid away from many a browser.
    """
    if name == "webid":
        return {"webid": str(random.randint(*_WEBIDS))}
    return {"ms_token": ms_token(_MS_TOKENS[-1], random.random)} if name == "ms_token" else None


def _more(name: str, identity: Identity) -> dict[str, Any]:
    if name != "ms_token":
        return {}
    report = fill_placeholders(identity.client.report, identity.facts)
    nonce = random.randrange(256)
    return {"strData": str_data(report, nonce), "tspFromClient": identity.facts["now_ms"]}


def _ttwid(answer: TokenAnswer) -> dict[str, str]:
    return {"ttwid": answer.cookie("ttwid")}


def _webid(answer: TokenAnswer) -> dict[str, str]:
    return {"webid": str(answer.json.get("web_id") or "")}


def _ms_token(answer: TokenAnswer) -> dict[str, str]:
    """A real one has one of two lengths; a refusal sets a short one (seen in F2)."""
    value = answer.cookie("msToken")
    return {"ms_token": value} if len(value) in _MS_TOKENS else {}
