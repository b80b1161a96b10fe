"""x-secsdk-web-signature, which some interfaces of Douyin require in addition to a_bogus.

They answer 403 without it. A browser's own request of January 2026 has it over the query exactly as
sent, with a_bogus unescaped. Published code (September 2026) hashes what URLSearchParams makes of
the query, which differs in spaces, some signs and a_bogus.
"""

from collections.abc import Mapping
from hashlib import md5
from typing import NamedTuple
from urllib.parse import quote, quote_plus, unquote_to_bytes

from .codec import SignatureError, append, cut

NAME = "x-secsdk-web-signature"
_EXPIRE = "x-secsdk-web-expire"
_SALT = "A96D855A08C0A9707F8BEF0D9A527E4E"


class Secsdk(NamedTuple):
    """A decoded signature."""

    uifid: str
    time: int  # s since 1970
    query: str  # before signing

    @property
    def time_ms(self) -> int:
        return self.time * 1000


def sign(query: str, uifid: str, time: int) -> tuple[str, dict[str, str]]:
    """Return the query to send, and the headers that go with it; *time* is s since 1970.

    *query* is kept, and hashed as it is sent; it may include an a_bogus. A uifid in *query* takes
    precedence over *uifid*.

    Raises:
        ValueError: *uifid* is empty.
    """
    if not uifid:
        raise ValueError(f"{NAME} needs the cookie uifid")
    if given := _find_value(query, "uifid"):
        uifid = given
    else:
        query = append(query, "uifid", quote(uifid, safe=""))
    query = append(query, "timestamp", str(time))
    signature = _sign_query(query, uifid, str(time))
    headers = {"uifid": uifid, NAME: signature, _EXPIRE: str(time)}
    return append(query, NAME, signature), headers


def verify(query: str, headers: Mapping[str, str] | None = None) -> Secsdk:
    """Decode and check the signed *query*, as sent; None checks no headers.

    The hash may be that of the query as sent, as in browsers, or of its form by URLSearchParams.

    Raises:
        SignatureError: a parameter is missing or was changed after signing, or a header differs.
    """
    covered, signature = cut(query, NAME)
    rest, time = cut(covered, "timestamp")
    uifid = _find_value(covered, "uifid")
    if not uifid:
        raise SignatureError("uifid is missing")
    if not (time.isascii() and time.isdigit()):
        raise SignatureError("timestamp is not a number")
    forms = (covered, _canonicalize(covered))
    if signature not in (_sign_query(form, uifid, time) for form in forms):
        raise SignatureError(f"{NAME} differs")
    if headers is not None:
        _check_headers(headers, {"uifid": uifid, NAME: signature, _EXPIRE: time})
    return Secsdk(uifid, int(time), _drop_last_uifid(rest))


def _sign_query(query: str, uifid: str, time: str) -> str:
    text = "_".join((uifid, time, _SALT, query))
    return md5(text.encode()).hexdigest()


def _canonicalize(query: str) -> str:
    """Return *query* as URLSearchParams writes it, with `~` escaped as well."""
    pairs = (part.partition("=") for part in query.split("&") if part)
    return "&".join(f"{_escape(name)}={_escape(value)}" for name, _, value in pairs)


def _escape(text: str) -> str:
    return quote_plus(_unquote(text), safe="*").replace("~", "%7E")


def _unquote(text: str) -> bytes:
    return unquote_to_bytes(text.replace("+", " "))


def _find_value(query: str, name: str) -> str:
    """Return the first value of a parameter that is not empty; "" = there is none."""
    for part in query.split("&"):
        found, _, value = part.partition("=")
        if found == name and value:
            return _unquote(value).decode(errors="replace")
    return ""


def _drop_last_uifid(query: str) -> str:
    rest, _, last = query.rpartition("&")
    return rest if last.startswith("uifid=") else query


def _check_headers(headers: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Compare the headers that are sent; a browser sends uifid alone, or none (2026-08)."""
    sent = {name.lower(): value for name, value in headers.items()}
    for name, value in wanted.items():
        if sent.get(name, value) != value:
            raise SignatureError(f"header {name} differs")
