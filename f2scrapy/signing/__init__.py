"""Signatures that the platforms' web interfaces ask for: made, taken apart and checked.

Nothing here reads a clock, draws random numbers of its own, or fetches. A scheme is named by one of
`SCHEMES`, or by several with `+` between, applied from left to right; "" leaves a query unsigned.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Protocol
from urllib.parse import parse_qsl, quote

from . import (
    abogus,
    abogus_dhzx,
    fingerprint,
    secsdk,
    tiktok_dynosaur,
    tiktok_gnarly,
    webcast,
    xbogus,
)
from .codec import SignatureError, append, cut

__all__ = ["SCHEMES", "SignatureError", "Signed", "Unsigned", "Verified", "sign", "verify"]


@dataclass(frozen=True, slots=True)
class Unsigned:
    """What a scheme needs to know of a request and of the identity that sends it."""

    query: str  # exactly as it will be sent, without "?"
    body: bytes
    user_agent: str
    fingerprint: str  # of the identity: the 17 fields of `fingerprint.Fingerprint`
    now_ms: int  # since 1970
    random: Callable[[], float]  # draws in [0, 1)
    uifid: str = field(default="", repr=False)  # a cookie's value, needed by secsdk


@dataclass(frozen=True, slots=True)
class Signed:
    """What to send: the query in place of the unsigned one, and headers besides the usual ones."""

    query: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Decoded(Protocol):
    """What every algorithm's `verify` returns, each with more of its own."""

    @property
    def time_ms(self) -> int:
        """When it was signed, ms since 1970; 0 = the signature does not say."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived. Headers None: not known, not checked."""

    query: str
    body: bytes
    user_agent: str
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What was signed, and what each scheme's signature says, outermost first."""

    query: str
    parts: Mapping[str, Decoded]

    @property
    def time_ms(self) -> int:
        """The earliest time of signing, ms since 1970; 0 if nothing was signed."""
        return min((part.time_ms for part in self.parts.values()), default=0)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to sign; *verify* also returns the query as it was before."""

    sign: Callable[[Unsigned], Signed]
    verify: Callable[[Request], tuple[str, Decoded]]


def _sign_x_bogus(ask: Unsigned) -> Signed:
    value = xbogus.sign(ask.query, ask.user_agent, ask.now_ms // 1000, body=ask.body)
    return Signed(append(ask.query, "X-Bogus", value))


def _verify_x_bogus(sent: Request) -> tuple[str, Decoded]:
    query, value = cut(sent.query, "X-Bogus")
    return query, xbogus.verify(value, query, sent.user_agent, body=sent.body)


def _sign_a_bogus(ask: Unsigned) -> Signed:
    value = abogus.sign(
        ask.query, ask.user_agent, ask.fingerprint, ask.now_ms, ask.random, body=ask.body
    )
    return Signed(append(ask.query, "a_bogus", quote(value, safe="")))


def _verify_a_bogus(sent: Request) -> tuple[str, Decoded]:
    query, value = cut(sent.query, "a_bogus")
    return query, abogus.verify(value, query, sent.user_agent, body=sent.body)


def _sign_dhzx(ask: Unsigned) -> Signed:
    value = abogus_dhzx.sign(
        ask.query,
        ask.user_agent,
        fingerprint.parse(ask.fingerprint).short,
        ask.now_ms,
        ask.random,
        body=ask.body,
        page=abogus_dhzx.page_of(ask.user_agent),
    )
    return Signed(append(ask.query, "a_bogus", quote(value, safe="")))


def _verify_dhzx(sent: Request) -> tuple[str, Decoded]:
    query, value = cut(sent.query, "a_bogus")
    return query, abogus_dhzx.verify(value, query, sent.user_agent, body=sent.body)


def _sign_secsdk(ask: Unsigned) -> Signed:
    return Signed(*secsdk.sign(ask.query, ask.uifid, ask.now_ms // 1000))


def _verify_secsdk(sent: Request) -> tuple[str, Decoded]:
    found = secsdk.verify(sent.query, sent.headers)
    return found.query, found


def _sign_x_gnarly(ask: Unsigned) -> Signed:
    value = tiktok_gnarly.sign(ask.query, ask.user_agent, ask.now_ms, ask.random, body=ask.body)
    return Signed(append(ask.query, "X-Gnarly", value))


def _verify_x_gnarly(sent: Request) -> tuple[str, Decoded]:
    query, value = cut(sent.query, "X-Gnarly")
    return query, tiktok_gnarly.verify(value, query, sent.user_agent, body=sent.body)


def _sign_dynosaur(ask: Unsigned) -> Signed:
    # Pages put msToken behind X-Dynosaur; an endpoint may have it anywhere in its query.
    query, token = _without(ask.query, "msToken")
    time = ask.now_ms // 1000
    return Signed(
        tiktok_dynosaur.sign(query, ask.user_agent, time, ask.random, ms_token=token, body=ask.body)
    )


def _verify_dynosaur(sent: Request) -> tuple[str, Decoded]:
    found = tiktok_dynosaur.verify(sent.query, sent.user_agent, body=sent.body)
    token = found.ms_token
    return append(found.query, "msToken", token) if token else found.query, found


def _without(query: str, name: str) -> tuple[str, str]:
    """*query* without the last parameter *name*, and its value as it stands there, "" = none."""
    before, found, rest = f"&{query}".rpartition(f"&{name}=")
    if not found:
        return query, ""
    value, mark, after = rest.partition("&")
    return f"{before}{mark}{after}".removeprefix("&"), value


def _sign_webcast(ask: Unsigned) -> Signed:
    value = webcast.sign(_stub(ask.query), ask.random)
    return Signed(append(ask.query, "signature", quote(value, safe="")))


def _sign_webcast_f2(ask: Unsigned) -> Signed:
    """As F2's copy of the platform's script does, which says less of the browser."""
    value = webcast.sign(_stub(ask.query), ask.random, env=0, ub=0, calls=2)
    return Signed(append(ask.query, "signature", quote(value, safe="")))


def _verify_webcast(sent: Request) -> tuple[str, Decoded]:
    query, value = cut(sent.query, "signature")
    return query, webcast.verify(value, _stub(query))


def _stub(query: str) -> str:
    return webcast.stub(dict(parse_qsl(query, keep_blank_values=True)))


SCHEMES: Mapping[str, Scheme] = {
    "x_bogus": Scheme(_sign_x_bogus, _verify_x_bogus),
    "a_bogus": Scheme(_sign_a_bogus, _verify_a_bogus),
    "a_bogus_1_0_1_19": Scheme(_sign_dhzx, _verify_dhzx),
    "secsdk": Scheme(_sign_secsdk, _verify_secsdk),
    "x_gnarly": Scheme(_sign_x_gnarly, _verify_x_gnarly),
    "dynosaur": Scheme(_sign_dynosaur, _verify_dynosaur),
    "webcast": Scheme(_sign_webcast, _verify_webcast),
    "webcast_f2": Scheme(_sign_webcast_f2, _verify_webcast),
}


def sign(scheme: str, ask: Unsigned) -> Signed:
    """Return what to send so that *scheme* is satisfied.

    Raises:
        ValueError: there is no such scheme, or *ask* lacks what it needs.
    """
    headers: dict[str, str] = {}
    for name in _names(scheme):
        signed = _scheme(name).sign(ask)
        ask = replace(ask, query=signed.query)
        headers |= signed.headers
    return Signed(ask.query, headers)


def verify(
    scheme: str,
    query: str,
    body: bytes,
    user_agent: str,
    headers: Mapping[str, str] | None = None,
) -> Verified:
    """Return what *query*, exactly as it arrived, was signed with; None checks no headers.

    Whether it is fresh is for the caller to say, from `time_ms`.

    Raises:
        SignatureError: a signature is missing, not last, malformed or of another request.
        ValueError: there is no such scheme.
    """
    parts: dict[str, Decoded] = {}
    for name in reversed(_names(scheme)):
        query, parts[name] = _scheme(name).verify(Request(query, body, user_agent, headers))
    return Verified(query, parts)


def _names(scheme: str) -> list[str]:
    return scheme.split("+") if scheme else []


def _scheme(name: str) -> Scheme:
    if name in SCHEMES:
        return SCHEMES[name]
    nearest = get_close_matches(name, SCHEMES, n=1, cutoff=0)[0]
    raise ValueError(f"there is no signing scheme {name!r}; the nearest is {nearest!r}")
