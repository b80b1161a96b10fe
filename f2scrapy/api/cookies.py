"""Parse the cookies a user gives, and choose the cookies a host may see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from http.cookiejar import Cookie
from pathlib import Path

from f2scrapy.errors import InputError

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # not allowed in a header
_WANT_HEADER = "F2_COOKIE: want name=value; name=value … in one line, as a browser sends it"
_NAME = re.compile(r"[^\s\"{}\[\],:]+")  # excludes JSON and the names of headers


def read_cookie_file(path: str) -> list[Cookie]:
    """Return the cookies of a Netscape cookies.txt, expired ones included.

    The reader of the standard library rejects files of browser extensions: it wants a headline,
    no byte order mark, and a leading dot exactly on domains that include their subdomains.

    Raises:
        InputError: the file cannot be read, or is no cookies.txt.
    """
    want = f"F2_COOKIES={path}: want a Netscape cookies.txt of a browser"
    try:
        lines = Path(path).expanduser().read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError, RuntimeError) as error:  # RuntimeError: ~nosuch
        why = (
            "this is no text"
            if isinstance(error, UnicodeDecodeError)
            else getattr(error, "strerror", "the home folder of that user is not known")
        )
        raise InputError(f"{want} ({why})") from None
    found = []
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r").removeprefix("#HttpOnly_")
        if text.strip() and not text.startswith("#"):
            cookie = _parse_fields(text.split("\t"))
            if cookie is None:  # the line is not quoted: it may be a secret
                raise InputError(f"{want} (line {number} is no cookie)")
            found.append(cookie)
    if not found:
        raise InputError(f"{want} (this holds no cookie)")
    return found


def _parse_fields(fields: list[str]) -> Cookie | None:
    """Build a cookie of domain, subdomains, path, secure, expiry, name, value; None = no cookie.

    The value may be missing: editors remove an empty field at the end of a line.
    """
    if len(fields) not in (6, 7) or any(map(_CONTROL.search, fields)):
        return None
    domain, subdomains, path, _, expiry, name, value = (*fields, "")[:7]
    if subdomains.upper() == "TRUE":
        domain = f".{domain.removeprefix('.')}"
    expires = None
    with suppress(ValueError, OverflowError):
        expires = max(0, int(float(expiry))) or None  # session cookies have 0 or -1
    return _build_cookie(name, value, domain, path, expires)


def parse_cookie_header(header: str, hosts: list[str]) -> list[Cookie]:
    """Return the cookies of a header, for each of `hosts`: the header itself names no host.

    Raises:
        InputError: it is no Cookie header.
    """
    text = re.sub(r"^cookie:", "", header.strip(), flags=re.IGNORECASE)
    pairs = [part.partition("=") for part in text.split(";") if "=" in part]
    if (text and not pairs) or _CONTROL.search(text):
        raise InputError(_WANT_HEADER)
    if not all(_NAME.fullmatch(name.strip()) for name, _, _ in pairs):
        raise InputError(_WANT_HEADER)
    return [
        _build_cookie(name.strip(), value.strip(), host)
        for name, _, value in pairs
        for host in hosts
    ]


def _build_cookie(
    name: str, value: str, host: str, path: str = "/", expires: int | None = None
) -> Cookie:
    """Build a cookie; `expires` in seconds since 1970, None = with the session."""
    return Cookie(
        0, name, value, None, False, host, False, False, path, True, True, expires,
        expires is None, None, None, {},
    )  # fmt: skip


def format_cookie_header(cookies: Mapping[str, str]) -> str:
    """Return the Cookie header of these values by name."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def is_sent_to(domain: str, host: str) -> bool:
    """Return whether a cookie of `domain` is sent to `host`; a leading dot adds subdomains."""
    bare = domain.removeprefix(".")
    return host == bare or (domain.startswith(".") and host.endswith(domain))
