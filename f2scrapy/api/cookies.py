"""Parse the cookies a user gives, and choose the cookies a host may see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http.cookiejar import Cookie
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from f2scrapy.config.cookie_source import parse_browser_source
from f2scrapy.errors import InputError

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # not allowed in a header
_WANT_HEADER = "F2_COOKIE: want name=value; name=value … in one line, as a browser sends it"
_HEADER_LINE = re.compile(
    r"\s*[\"'“‘「`]?\s*(cookie\s*[:：]\s*)?[^\s=#;]+=[^\n\t]*\s*", re.IGNORECASE
)
_WANT_FILE = (
    "want a Netscape cookies.txt, the JSON of Cookie-Editor, a Cookie header in one line, "
    "or firefox, chrome, chromium, edge, brave"
)
_HEADER_NAME = re.compile(r"\s*cookie\s*[:：]", re.IGNORECASE)
_QUOTES = ('""', "''", "“”", "‘’", "「」", "``")
# Excludes JSON, the names of headers, and quotes that nothing closes.
_NAME = re.compile(r"[^\s\"'`“”‘’「」{}\[\],:：]+")


def _refuse_control(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("a control character")
    return text


_Line = Annotated[str, AfterValidator(_refuse_control)]


def read_cookies(source: str, hosts: list[str]) -> list[Cookie]:
    """Return the cookies of F2_COOKIES, expired ones included.

    `source` is a browser (see `cookie_source`) or a file: cookies.txt (Netscape), the JSON of an
    extension or of Playwright, or a Cookie header in one line, which is for `hosts`.

    Raises:
        InputError: they cannot be read.
    """
    if browser := parse_browser_source(source):
        from f2scrapy.api.browser_cookies import read_browser_cookies  # noqa: PLC0415 - SQLite

        return read_browser_cookies(browser)
    try:
        text = Path(source).expanduser().read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError, RuntimeError) as error:  # RuntimeError: ~nosuch
        why = (
            "this is no text"
            if isinstance(error, UnicodeDecodeError)
            else getattr(error, "strerror", "the home folder of that user is not known")
        )
        raise InputError(f"F2_COOKIES={source}: {_WANT_FILE} ({why})") from None
    try:
        return _parse_file(text, hosts)
    except ValueError as error:
        raise InputError(f"F2_COOKIES={source}: {_WANT_FILE} ({error})") from None


def _parse_file(text: str, hosts: list[str]) -> list[Cookie]:
    """Return the cookies of a file's text.

    Raises:
        ValueError: it is of no known format; the text quotes nothing, as it may be a secret.
    """
    if text.lstrip()[:1] in ("[", "{"):
        found = _parse_json(text)
    elif _HEADER_LINE.fullmatch(text):
        try:
            found = parse_cookie_header(text, hosts)
        except InputError:
            raise ValueError("this is no Cookie header") from None
    else:
        found = _parse_netscape(text)
    if not found:
        raise ValueError("this holds no cookie")
    return found


def _parse_netscape(text: str) -> list[Cookie]:
    """Return the cookies of a Netscape cookies.txt.

    The reader of the standard library rejects files of browser extensions: it wants a headline,
    no byte order mark, and a leading dot exactly on domains that include their subdomains.
    """
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        row = line.rstrip("\r").removeprefix("#HttpOnly_")
        if row.strip() and not row.startswith("#"):
            cookie = _parse_fields(row.split("\t"))
            if cookie is None:
                raise ValueError(f"line {number} is no cookie")
            found.append(cookie)
    return found


class _Entry(BaseModel):
    """A cookie as Cookie-Editor, EditThisCookie and Playwright write it."""

    model_config = ConfigDict(extra="ignore")

    name: _Line = Field(min_length=1)
    value: _Line
    domain: _Line = Field(min_length=1)
    path: _Line = "/"
    host_only: bool | None = Field(None, alias="hostOnly")  # None = unless the domain has a dot
    expires: float | None = Field(  # s since 1970; None or -1 = with the session
        None, validation_alias=AliasChoices("expirationDate", "expires")
    )

    def build(self) -> Cookie:
        """Return it as a cookie."""
        wide = self.domain.startswith(".") if self.host_only is None else not self.host_only
        bare = self.domain.removeprefix(".")
        expires = int(min(max(self.expires or 0, 0), 1e12)) or None
        return build_cookie(self.name, self.value, f".{bare}" if wide else bare, self.path, expires)


def _parse_json(text: str) -> list[Cookie]:
    """Return the cookies of a JSON export: a list, or an object with the list "cookies"."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("this is no JSON") from None
    return parse_json_cookies(content.get("cookies", []) if isinstance(content, dict) else content)


def format_json_cookies(cookies: Iterable[Cookie]) -> list[dict[str, Any]]:
    """Return cookies as Playwright writes and takes them, without expired ones."""
    return [
        {"name": c.name, "value": c.value or "", "domain": c.domain, "path": c.path,
         "expires": c.expires or -1, "secure": True}
        for c in cookies
        if not c.is_expired()
    ]  # fmt: skip


def parse_json_cookies(rows: Any) -> list[Cookie]:
    """Return the cookies of decoded JSON, a list of objects.

    Raises:
        ValueError: one is no cookie; the text quotes nothing.
    """
    try:
        return [entry.build() for entry in TypeAdapter(list[_Entry]).validate_python(rows)]
    except ValidationError as error:
        number = next((at for at in error.errors()[0]["loc"] if isinstance(at, int)), 0)
        raise ValueError(f"entry {number + 1} is no cookie") from None


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
    return build_cookie(name, value, domain, path, expires)


def parse_cookie_header(header: str, hosts: list[str]) -> list[Cookie]:
    """Return the cookies of a header, for each of `hosts`: the header itself names no host.

    It may be within quotes.

    Raises:
        InputError: it is no Cookie header.
    """
    text = _strip_quotes(_HEADER_NAME.sub("", _strip_quotes(header), count=1))
    pairs = [part.partition("=") for part in re.split("[;；]", text) if "=" in part]
    if (text and not pairs) or _CONTROL.search(text):
        raise InputError(_WANT_HEADER)
    if not all(_NAME.fullmatch(name.strip()) for name, _, _ in pairs):
        raise InputError(_WANT_HEADER)
    return [
        build_cookie(name.strip(), value.strip(), host)
        for name, _, value in pairs
        for host in hosts
    ]


def _strip_quotes(text: str) -> str:
    """Return a text without the quotes around it, in which people paste a header."""
    text = text.strip()
    is_quoted = len(text) > 1 and f"{text[0]}{text[-1]}" in _QUOTES
    return text[1:-1].strip() if is_quoted else text


def build_cookie(
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
