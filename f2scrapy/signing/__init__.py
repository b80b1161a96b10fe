"""Sign requests for the platforms' web interfaces, and verify such signatures; no I/O.

Clock and random numbers are arguments. A scheme is one name of `SCHEMES`, or several joined by `+`,
applied from left to right; "" leaves a query unsigned.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import NamedTuple, Protocol
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
    """A request to sign, with the facts on its identity that schemes need."""

    query: str  # percent-encoded as sent, without "?"
    body: bytes
    user_agent: str
    fingerprint: str  # of the identity: the 17 fields of `fingerprint.Fingerprint`
    now_ms: int  # since 1970
    random: Callable[[], float]  # draws in [0, 1)
    uifid: str = field(default="", repr=False)  # a cookie's value, needed by secsdk


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed request: the query that replaces the unsigned one, and additional headers."""

    query: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Decoded(Protocol):
    """The common part of the results of all `verify` functions."""

    @property
    def time_ms(self) -> int:
        """The time of signing, ms since 1970; 0 = the signature does not hold it."""


class Request(NamedTuple):
    """A request as it arrived; headers None = unknown, they are not checked."""

    query: str
    body: bytes
    user_agent: str
    headers: Mapping[str, str] | None = None


class Verified(NamedTuple):
    """The unsigned query, and the decoded signature of each scheme, outermost first."""

    query: str
    parts: Mapping[str, Decoded]

    @property
    def time_ms(self) -> int:
        """The earliest time of signing, ms since 1970; 0 if nothing was signed."""
        return min((part.time_ms for part in self.parts.values()), default=0)


class Scheme(NamedTuple):
    """A way to sign; *verify* returns the query before signing, and the decoded signature."""

    sign: Callable[[Unsigned], Signed]
    verify: Callable[[Request], tuple[str, Decoded]]


def _sign_x_bogus(request: Unsigned) -> Signed:
    value = xbogus.sign(
        request.query, request.user_agent, request.now_ms // 1000, body=request.body
    )
    return Signed(append(request.query, "X-Bogus", value))


def _verify_x_bogus(sent: Request) -> tuple[str, Decoded]:
    query, value = cut(sent.query, "X-Bogus")
    return query, xbogus.verify(value, query, sent.user_agent, body=sent.body)


# Browsers send a_bogus unescaped (a request of January 2026); its alphabet has no "+", "%" or "&".


def _sign_a_bogus(request: Unsigned) -> Signed:
    value = abogus.sign(
        request.query,
        request.user_agent,
        request.fingerprint,
        request.now_ms,
        request.random,
        body=request.body,
    )
    return Signed(append(request.query, "a_bogus", value))


def _verify_a_bogus(sent: Request) -> tuple[str, Decoded]:
    query, value = cut(sent.query, "a_bogus")
    return query, abogus.verify(value, query, sent.user_agent, body=sent.body)


def _sign_dhzx(request: Unsigned) -> Signed:
    value = abogus_dhzx.sign(
        request.query,
        request.user_agent,
        fingerprint.parse(request.fingerprint).short,
        request.now_ms,
        request.random,
        body=request.body,
        page=abogus_dhzx.choose_page(request.user_agent),
    )
    return Signed(append(request.query, "a_bogus", value))


def _verify_dhzx(sent: Request) -> tuple[str, Decoded]:
    query, value = cut(sent.query, "a_bogus")
    return query, abogus_dhzx.verify(value, query, sent.user_agent, body=sent.body)


def _sign_secsdk(request: Unsigned) -> Signed:
    return Signed(*secsdk.sign(request.query, request.uifid, request.now_ms // 1000))


def _verify_secsdk(sent: Request) -> tuple[str, Decoded]:
    found = secsdk.verify(sent.query, sent.headers)
    return found.query, found


def _sign_x_gnarly(request: Unsigned) -> Signed:
    value = tiktok_gnarly.sign(
        request.query, request.user_agent, request.now_ms, request.random, body=request.body
    )
    return Signed(append(request.query, "X-Gnarly", value))


def _verify_x_gnarly(sent: Request) -> tuple[str, Decoded]:
    query, value = cut(sent.query, "X-Gnarly")
    return query, tiktok_gnarly.verify(value, query, sent.user_agent, body=sent.body)


def _sign_dynosaur(request: Unsigned) -> Signed:
    # The site puts msToken behind X-Dynosaur; an endpoint may have it anywhere in its query.
    query, token = _take_out(request.query, "msToken")
    time = request.now_ms // 1000
    return Signed(
        tiktok_dynosaur.sign(
            query, request.user_agent, time, request.random, ms_token=token, body=request.body
        )
    )


def _verify_dynosaur(sent: Request) -> tuple[str, Decoded]:
    found = tiktok_dynosaur.verify(sent.query, sent.user_agent, body=sent.body)
    token = found.ms_token
    return append(found.query, "msToken", token) if token else found.query, found


def _take_out(query: str, name: str) -> tuple[str, str]:
    """Return *query* without its last parameter *name*, and that value unchanged; "" = none."""
    before, found, rest = f"&{query}".rpartition(f"&{name}=")
    if not found:
        return query, ""
    value, mark, after = rest.partition("&")
    return f"{before}{mark}{after}".removeprefix("&"), value


def _sign_webcast(request: Unsigned) -> Signed:
    value = webcast.sign(_compute_stub(request.query), request.random)
    return Signed(append(request.query, "signature", quote(value, safe="")))


def _sign_webcast_f2(request: Unsigned) -> Signed:
    """Sign as F2's copy of the platform's script does, which reports less of the browser."""
    value = webcast.sign(_compute_stub(request.query), request.random, env=0, ub=0, calls=2)
    return Signed(append(request.query, "signature", quote(value, safe="")))


def _verify_webcast(sent: Request) -> tuple[str, Decoded]:
    query, value = cut(sent.query, "signature")
    return query, webcast.verify(value, _compute_stub(query))


def _compute_stub(query: str) -> str:
    return webcast.compute_stub(dict(parse_qsl(query, keep_blank_values=True)))


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


def sign(scheme: str, unsigned: Unsigned) -> Signed:
    """Sign a request by *scheme*.

    Raises:
        ValueError: there is no such scheme, or *unsigned* lacks a value it needs.
    """
    headers: dict[str, str] = {}
    for name in _split_names(scheme):
        signed = _find_scheme(name).sign(unsigned)
        unsigned = replace(unsigned, query=signed.query)
        headers |= signed.headers
    return Signed(unsigned.query, headers)


def verify(
    scheme: str,
    query: str,
    body: bytes,
    user_agent: str,
    headers: Mapping[str, str] | None = None,
) -> Verified:
    """Decode and check the signatures of *query*, as it arrived; None checks no headers.

    The caller decides from `time_ms` whether the signature is recent enough.

    Raises:
        SignatureError: a signature is missing, not last, malformed or of another request.
        ValueError: there is no such scheme.
    """
    parts: dict[str, Decoded] = {}
    for name in reversed(_split_names(scheme)):
        query, parts[name] = _find_scheme(name).verify(Request(query, body, user_agent, headers))
    return Verified(query, parts)


def _split_names(scheme: str) -> list[str]:
    return scheme.split("+") if scheme else []


def _find_scheme(name: str) -> Scheme:
    if name in SCHEMES:
        return SCHEMES[name]
    nearest = get_close_matches(name, SCHEMES, n=1, cutoff=0)[0]
    raise ValueError(f"there is no signing scheme {name!r}; the nearest is {nearest!r}")
