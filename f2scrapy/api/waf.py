"""Read and solve the "Please wait" page (SlardarWAF), a proof of work; no I/O, no clock.

The page is a short HTML document in place of a page or an answer, on both platforms. It names a
prefix and the SHA-256 of that prefix and a number; the browser finds the number, and sends it as a
cookie with the same request. Sources: gallery-dl #8850, yt-dlp #15672, tiktok-live-recorder #314
and notes of other public projects (2025 and 2026).

    challenge = find_challenge(body)
    cookies = solve(challenge) if challenge else None
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode, b64encode
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from typing import Any

MAX_HASHES = 1_000_000  # greatest number that is tried; about a second
_MAX_PAGE = 1 << 15  # bytes; real ones have 1.4 to 2.5 kB, a page with data has far more
_COOKIE = "_wafchallengeid"
_MARK = re.compile(
    rb"SlardarWAF|_wafchallengeid|/waf-aiso/|Please wait(?:\.\.\.|\xe2\x80\xa6|&hellip;)"
)
_ELEMENT = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(id|class)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.IGNORECASE
)
_IN_SCRIPT = re.compile(  # cs="…", and as the member of an object
    r"(?<![\w-])cs[\"'`]?\]?\s{0,9}[=:]\s{0,9}[\"'`]([\w+/=-]+)[\"'`]"
)
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)
_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]{1,4096}")  # characters that a cookie may have


@dataclass(frozen=True)
class Challenge:
    """The task of a page: find the number whose hash behind `prefix` is `digest`."""

    message: Mapping[str, Any] = field(repr=False)  # the whole JSON, which goes back
    prefix: bytes = field(repr=False)
    digest: bytes = field(repr=False)  # of SHA-256
    cookie: str = _COOKIE  # name of the cookie for the solution
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)  # cookies to send with it


def has_mark(body: bytes) -> bool:
    """Return whether a body looks like the page, readable or not."""
    start = body[:100].removeprefix(BOM_UTF8).lstrip()
    return len(body) <= _MAX_PAGE and start[:1] == b"<" and bool(_MARK.search(body))


def find_challenge(body: bytes) -> Challenge | None:
    """Return the task of the page in `body`; None = it is another page, or cannot be read."""
    if not has_mark(body):
        return None
    text = body.decode(errors="replace")
    classes = _read_classes(text)
    in_script = _IN_SCRIPT.search(text)
    written = classes.get("cs") or (in_script[1] if in_script else "")
    try:
        message = json.loads(_decode_base64(written))
        prefix, digest = (_decode_base64(message["v"][name]) for name in "ac")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if len(digest) != sha256().digest_size:
        return None
    name = classes.get("wci") or _COOKIE
    return Challenge(message, prefix, digest, _check(_NAME, name) or _COOKIE, _read_extra(classes))


def solve(challenge: Challenge) -> dict[str, str] | None:
    """Return the cookies of the solution by name; None = no number up to `MAX_HASHES` fits.

    It takes up to a second, so call it outside of the event loop.
    """
    begun = sha256(challenge.prefix)
    for number in range(MAX_HASHES + 1):
        hashed = begun.copy()
        hashed.update(b"%d" % number)
        if hashed.digest() == challenge.digest:
            return {**challenge.extra, challenge.cookie: _build_cookie(challenge, number)}
    return None


def _build_cookie(challenge: Challenge, number: int) -> str:
    solved = {**challenge.message, "d": b64encode(b"%d" % number).decode()}
    return b64encode(json.dumps(solved, separators=(",", ":")).encode()).decode()


def _read_classes(text: str) -> dict[str, str]:
    """Return the class of each element that has an id, by id: the page keeps its data there."""
    found = {}
    for element in _ELEMENT.findall(text):
        pairs = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(element)}
        if "id" in pairs and "class" in pairs:
            found[pairs["id"]] = unescape(pairs["class"]).strip()
    return found


def _read_extra(classes: Mapping[str, str]) -> dict[str, str]:
    """Return the second cookie, which one of the two known versions of the page names."""
    name, value = _check(_NAME, classes.get("rci", "")), _check(_VALUE, classes.get("rs", ""))
    return {name: value} if name and value else {}


def _check(form: re.Pattern[str], text: str) -> str:
    return text if form.fullmatch(text) else ""


def _decode_base64(text: str) -> bytes:
    """Decode base64 of either alphabet, with or without padding.

    Raises:
        ValueError: it is no base64.
    """
    plain = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
