"""Cookies: from what a user gives to the ones a host may see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from http.cookiejar import Cookie
from pathlib import Path

from f2scrapy.errors import InputError

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # no header can hold one
_WANT_HEADER = "F2_COOKIE: want name=value; name=value … in one line, as a browser sends it"
_NAME = re.compile(r"[^\s\"{}\[\],:]+")  # neither JSON nor a header's name


def from_file(path: str) -> list[Cookie]:
    """Those of a Netscape cookies.txt, the lapsed ones among them.

    The standard library's reader asserts more than browsers' extensions keep to: a headline, no
    mark of the encoding, a leading dot just where a cookie is for the hosts below its domain.

    Raises:
        InputError: it cannot be read, or is no such file.
    """
    want = f"F2_COOKIES={path}: want a Netscape cookies.txt of a browser"
    try:
        lines = Path(path).expanduser().read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError, RuntimeError) as error:  # RuntimeError: ~nosuch
        why = (
            "this is no text"
            if isinstance(error, UnicodeDecodeError)
            else str(getattr(error, "strerror", error))
        )
        raise InputError(f"{want} ({why})") from None
    found = []
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r").removeprefix("#HttpOnly_")
        if text.strip() and not text.startswith("#"):
            cookie = _of_line(text.split("\t"))
            if cookie is None:
                raise InputError(f"{want} (line {number} is no cookie)")  # but may be a secret
            found.append(cookie)
    if not found:
        raise InputError(f"{want} (this holds no cookie)")
    return found


def _of_line(fields: list[str]) -> Cookie | None:
    """The fields are domain, whether it stands for those below, path, secure, expiry, name, value;
    editors cut off an empty one at the end."""
    if len(fields) not in (6, 7) or any(map(_CONTROL.search, fields)):
        return None
    domain, below, path, _, expiry, name, value = (*fields, "")[:7]
    if below.upper() == "TRUE":
        domain = f".{domain.removeprefix('.')}"
    lapses = None
    with suppress(ValueError, OverflowError):
        lapses = max(0, int(float(expiry))) or None  # 0 or -1 is written for those of a session
    return _cookie(name, value, domain, path, lapses)


def from_header(header: str, hosts: list[str]) -> list[Cookie]:
    """Cookies of a header, which says no host: they are the whole platform's.

    Raises:
        InputError: it is none.
    """
    text = re.sub(r"^cookie:", "", header.strip(), flags=re.IGNORECASE)
    pairs = [part.partition("=") for part in text.split(";") if "=" in part]
    if (text and not pairs) or _CONTROL.search(text):
        raise InputError(_WANT_HEADER)
    if not all(_NAME.fullmatch(name.strip()) for name, _, _ in pairs):
        raise InputError(_WANT_HEADER)
    return [
        _cookie(name.strip(), value.strip(), host) for name, _, value in pairs for host in hosts
    ]


def _cookie(name: str, value: str, host: str, path: str = "/", lapses: int | None = None) -> Cookie:
    return Cookie(
        0, name, value, None, False, host, False, False, path, True, True, lapses, lapses is None,
        None, None, {},
    )  # fmt: skip


def header(cookies: Mapping[str, str]) -> str:
    """As a browser sends them, by name."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def covers(domain: str, host: str) -> bool:
    """Whether a cookie of `domain` is for `host`."""
    bare = domain.removeprefix(".")
    return host == bare or (domain.startswith(".") and host.endswith(domain))
