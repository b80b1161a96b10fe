"""What a guest of Douyin asks for before the first page: ttwid, webid, msToken, verify_fp."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from f2scrapy.client import filled
from f2scrapy.identity import Identity, TokenAnswer, TokenAsk
from f2scrapy.signing.tokens import MS_TOKEN_LENGTHS, ms_token, str_data, verify_fp


def asks(identity: Identity) -> Iterator[TokenAsk]:
    """Yields the tokens that have to be asked for now; a verify_fp the browser makes by itself."""
    if "verify_fp" not in identity.tokens:
        identity.keep("verify_fp", verify_fp(identity.facts["now_ms"], random.random))
    for name, read in (("ttwid", _ttwid), ("webid", _webid), ("ms_token", _ms_token)):
        how = identity.client.tokens[name]
        if not identity.has(name, how.hours):
            body = filled(how.body, identity.facts) | _more(name, identity)
            yield TokenAsk(name, how.url, body, read)


def substitute(name: str) -> str:
    """What the page goes on with when the token is refused; "" = it cannot go on."""
    return ms_token(MS_TOKEN_LENGTHS["douyin"], random.random) if name == "ms_token" else ""


def _more(name: str, identity: Identity) -> dict[str, Any]:
    if name != "ms_token":
        return {}
    report = filled(identity.client.report, identity.facts)
    nonce = random.randrange(256)
    return {"strData": str_data(report, nonce), "tspFromClient": identity.facts["now_ms"]}


def _ttwid(answer: TokenAnswer) -> str:
    return answer.cookie("ttwid")


def _webid(answer: TokenAnswer) -> str:
    return str(answer.json.get("web_id") or "")


def _ms_token(answer: TokenAnswer) -> str:
    """A real one has one of two lengths; a refusal sets a short one (seen in F2)."""
    value = answer.cookie("msToken")
    return value if len(value) in (164, 184) else ""
