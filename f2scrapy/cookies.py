"""Cookies: from what a user gives to the ones a host may see."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookiejar import Cookie, LoadError, MozillaCookieJar
from pathlib import Path

from f2scrapy.errors import InputError


def from_file(path: str) -> list[Cookie]:
    """Those of a Netscape cookies.txt, the lapsed ones among them.

    Raises:
        InputError: it cannot be read, or is no such file.
    """
    jar = MozillaCookieJar()
    try:
        jar.load(str(Path(path).expanduser()), ignore_discard=True, ignore_expires=True)
    except (LoadError, OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "not such a file"
        raise InputError(
            f"F2_COOKIES={path}: want a Netscape cookies.txt of a browser ({why})"
        ) from None
    for cookie in jar:
        if cookie.expires == 0:  # curl and browser extensions write session cookies so
            cookie.expires = None
    return list(jar)


def from_header(header: str, hosts: list[str]) -> list[Cookie]:
    """Cookies of a header, which says no host: they are the whole platform's.

    Raises:
        InputError: it is none.
    """
    if header.strip() and "=" not in header:
        raise InputError("F2_COOKIE: want name=value; name=value …, as a browser sends it")
    pairs = (part.partition("=") for part in header.split(";") if "=" in part)
    return [
        _cookie(name.strip(), value.strip(), host) for name, _, value in pairs for host in hosts
    ]


def _cookie(name: str, value: str, host: str) -> Cookie:
    return Cookie(
        0, name, value, None, False, host, False, False, "/", True, True, None, True, None, None, {}
    )


def header(cookies: Mapping[str, str]) -> str:
    """As a browser sends them, by name."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def covers(domain: str, host: str) -> bool:
    """Whether a cookie of `domain` is for `host`."""
    bare = domain.removeprefix(".")
    return host == bare or (domain.startswith(".") and host.endswith(domain))
