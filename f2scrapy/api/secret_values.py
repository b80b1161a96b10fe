"""Know the secret values of the identities in use, and remove them from any text.

Gateways repeat the headers of a request, so a text of others may hold our own cookies in any place.
All identities of the process are known here: one log, one report or one notification may be about
several.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property
from html import escape
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus, unquote
from weakref import WeakSet

from f2scrapy.text import PRIVATE_NAMES, redact_shapes

T = TypeVar("T")

_MIN_NAMED = 4  # characters of a value under a secret name; a shorter one is in every text
_MIN_OTHER = 8  # of any other cookie: many are flags, sizes of a screen or a region
_MIN_START = 6  # of the beginning of a value at the end of a text that was cut
_MAX_VALUES = 1000  # of one identity: a guest that is renewed each minute has some in two days
_SECRET_NAME = re.compile(rf"{PRIVATE_NAMES}|sid", re.IGNORECASE)
_HARMLESS = re.compile(r"\d{1,11}|[a-z]+|[\d.]+", re.IGNORECASE)  # a number or a word
_CORE = re.compile(r"[A-Za-z0-9]+")
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}  # of HTML
_FLAGS = frozenset({"true", "false", "null", "none", "undefined"})


class SecretValues:
    """The secret values of one identity: cookies and tokens, as they are and encoded."""

    def __init__(self) -> None:
        self._forms: dict[str, _Form] = {}  # by value, in order of their coming
        self._sorted: tuple[_Form, ...] = ()  # the longest first: one may contain another
        _IN_USE.add(self)

    def add(self, name: str, value: str) -> None:
        """Remember a value under the name of its cookie or token; harmless ones are left out."""
        if not _is_secret(name, value) or value in self._forms:
            return
        for plain in dict.fromkeys((value, value.strip('"'), unquote(value))):
            if len(plain) >= _MIN_NAMED and plain not in self._forms:
                self._forms[plain] = _Form(plain)
        while len(self._forms) > _MAX_VALUES:
            del self._forms[next(iter(self._forms))]
        self._sorted = tuple(sorted(self._forms.values(), key=lambda f: len(f.plain), reverse=True))

    def is_in(self, text: str) -> bool:
        """Return whether the text holds one of the values."""
        return any(form.core in text and form.regex.search(text) for form in self._sorted)

    def remove_from(self, text: str) -> str:
        """Return the text with "…" in place of each value."""
        for form in self._sorted:
            if form.core in text:
                text = form.regex.sub("…", text)
        return text

    def remove_start(self, text: str) -> str:
        """Return the text without the beginning of a value at its end."""
        for form in (encoded for one in self._sorted for encoded in one.encoded):
            if form[:_MIN_START] not in text[-len(form) :]:
                continue
            for length in range(min(len(form), len(text)), _MIN_START - 1, -1):
                if text.endswith(form[:length]):
                    return f"{text[:-length]}…"
        return text


class _Form:
    """A value in all its encodings."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.core = max(_CORE.findall(plain), key=len, default="")  # no encoding changes it

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The expression of all encodings; it is seldom needed, and some are long."""
        return re.compile("".join(map(_build_pattern, self.plain)))

    @cached_property
    def encoded(self) -> tuple[str, ...]:
        """Its most frequent encodings, of which a text that was cut may show the beginning."""
        return tuple(_list_encoded(self.plain))


_IN_USE: WeakSet[SecretValues] = WeakSet()


def remove_known(text: str) -> str:
    """Return the text without the secret values of all identities in use."""
    for values in list(_IN_USE):
        text = values.remove_from(text)
    return text


def redact_text(text: str) -> str:
    """Return a text of others without secrets, known ones and those that look so; any length."""
    return redact_shapes(remove_known(text))


def redact_quote(text: str, limit: int = 2000) -> str:
    """Return at most `limit` characters of a text of others, without secrets.

    The text is cut first, so the length of what others send costs nothing; a secret that is cut in
    the middle is removed, too.
    """
    if len(text) > limit:
        text = text[:limit]
        for values in list(_IN_USE):
            text = values.remove_start(values.remove_from(text))
        return f"{redact_shapes(text)}…"
    return redact_text(text)


def redact_values(value: T) -> T:
    """Return a copy of a JSON value without the known secrets in its texts."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    if not any(values.is_in(text) for values in list(_IN_USE)):
        return value
    redacted: T = _remove_from_all(value)
    return redacted


def _remove_from_all(value: Any) -> Any:
    if isinstance(value, dict):
        return {remove_known(str(name)): _remove_from_all(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_remove_from_all(one) for one in value]
    return remove_known(value) if isinstance(value, str) else value


def _is_secret(name: str, value: str) -> bool:
    if value.lower() in _FLAGS:
        return False
    if _SECRET_NAME.search(name) and not value.isdecimal():
        return len(value) >= _MIN_NAMED
    return len(value) >= _MIN_OTHER and not _HARMLESS.fullmatch(value)


def _list_encoded(plain: str) -> Iterator[str]:
    """Yield the value as it is, and encoded for addresses, JSON and HTML."""
    yield plain
    encoded = quote(plain, safe="")
    yield encoded
    yield re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), encoded)
    yield quote_plus(plain)
    yield quote(plain)
    yield json.dumps(plain)[1:-1]
    yield escape(plain)


def _build_pattern(char: str) -> str:
    """Return the expression of a character: as it is, or for addresses, JSON, HTML and scripts."""
    if char.isascii() and char.isalnum():
        return char
    byte = "".join(f"%(?:25){{0,4}}(?i:{byte:02x})" for byte in char.encode(errors="replace"))
    name = f"|{_ENTITIES[char]}" if char in _ENTITIES else ""
    entity = rf"&(?:amp;){{0,4}}(?:#0{{0,4}}{ord(char)}|#(?i:x0{{0,4}}{ord(char):x}){name});"
    script = rf"\\{{1,8}}(?i:u{ord(char):04x}|x{ord(char):02x})"
    form = {" ": "|[+]", "+": "| "}.get(char, "")
    return rf"(?:\\{{0,8}}{re.escape(char)}|{byte}|{script}|{entity}{form})"
