"""x-secsdk-web-signature, which some of Douyin's interfaces want besides a_bogus (403 without).

As published code describes it (September 2026); not compared with a browser.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5
from urllib.parse import quote, quote_plus, unquote_to_bytes

from .codec import SignatureError, append, cut

NAME = "x-secsdk-web-signature"
_EXPIRE = "x-secsdk-web-expire"
_SALT = "A96D855A08C0A9707F8BEF0D9A527E4E"


@dataclass(frozen=True, slots=True)
class Secsdk:
    """What a signed query says."""

    uifid: str
    time: int  # s since 1970
    query: str  # what was there before signing

    @property
    def time_ms(self) -> int:
        return self.time * 1000


def sign(query: str, uifid: str, time: int) -> tuple[str, dict[str, str]]:
    """Return the query to send, and the headers that go with it; *time* is s since 1970.

    *query* stays as it is and may bear an a_bogus; what is hashed is a canonical form of it. Where
    it names a uifid, that one is signed.

    Raises:
        ValueError: *uifid* is empty.
    """
    if not uifid:
        raise ValueError(f"{NAME} needs the cookie uifid")
    if given := _value(query, "uifid"):
        uifid = given
    else:
        query = append(query, "uifid", quote(uifid, safe=""))
    query = append(query, "timestamp", str(time))
    signature = _signature(query, uifid, str(time))
    headers = {"uifid": uifid, NAME: signature, _EXPIRE: str(time)}
    return append(query, NAME, signature), headers


def verify(query: str, headers: Mapping[str, str] | None = None) -> Secsdk:
    """Return what the signed *query*, as it was sent, says; None checks no headers.

    Raises:
        SignatureError: a parameter is missing, was changed after signing, or a header differs.
    """
    covered, signature = cut(query, NAME)
    rest, time = cut(covered, "timestamp")
    uifid = _value(covered, "uifid")
    if not uifid:
        raise SignatureError("uifid is missing")
    if not (time.isascii() and time.isdigit()):
        raise SignatureError("timestamp is not a number")
    if signature != _signature(covered, uifid, time):
        raise SignatureError(f"{NAME} differs")
    if headers is not None:
        _check_headers(headers, {"uifid": uifid, NAME: signature, _EXPIRE: time})
    return Secsdk(uifid, int(time), _without_last_uifid(rest))


def _signature(query: str, uifid: str, time: str) -> str:
    text = "_".join((uifid, time, _SALT, _canonical(query)))
    return md5(text.encode()).hexdigest()


def _canonical(query: str) -> str:
    """As URLSearchParams writes it, `~` escaped too."""
    pairs = (part.partition("=") for part in query.split("&") if part)
    return "&".join(f"{_escape(name)}={_escape(value)}" for name, _, value in pairs)


def _escape(text: str) -> str:
    return quote_plus(_raw(text), safe="*").replace("~", "%7E")


def _raw(text: str) -> bytes:
    return unquote_to_bytes(text.replace("+", " "))


def _value(query: str, name: str) -> str:
    """The first that is not empty; "" = there is none."""
    for part in query.split("&"):
        found, _, value = part.partition("=")
        if found == name and value:
            return _raw(value).decode(errors="replace")
    return ""


def _without_last_uifid(query: str) -> str:
    rest, _, last = query.rpartition("&")
    return rest if last.startswith("uifid=") else query


def _check_headers(headers: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    sent = {name.lower(): value for name, value in headers.items()}
    for name, value in wanted.items():
        if sent.get(name) != value:
            raise SignatureError(f"header {name} differs")
