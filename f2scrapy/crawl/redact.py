"""Remove tokens and signatures from a platform's row, which F2_RAW keeps beside the item."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from f2scrapy.api.secret_values import redact_values
from f2scrapy.text import PRIVATE_NAMES

_SECRET = re.compile(rf"{PRIVATE_NAMES}|signature(?!_)", re.IGNORECASE)
# A user's text about themselves, and words that only contain one of the names.
_HARMLESS = frozenset({"signature", "signature_language"})
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{0,19}:)?//", re.IGNORECASE)
_JSON = re.compile(r"\s*[{\[]")
# An address within a text or a torn JSON, where "&" may be written \u0026. Addresses without a
# query match, too, so that no text is scanned twice.
_QUERY = re.compile(
    r"(/\\*+/[^\s\"'<>?\\]*+(?:\\++/[^\s\"'<>?\\]*+)*+)"
    r"(\?(?:[^\s\"'<>\\]|\\++(?:u[0-9a-f]{4}|/))*+)?",
    re.IGNORECASE,
)
_SIGNED = re.compile(  # a parameter that names a secret, or a value as long as one
    rf"(?:{PRIVATE_NAMES}|sign|expire|auth|key)[\w.-]{{0,40}}+=|=[^&\\]{{16}}", re.IGNORECASE
)
_MAX_DEPTH = 20  # of JSON in JSON; recorded rows have 3 (2026)


def redact(value: Any) -> Any:
    """Return a copy with "" for secret values, and addresses without their query.

    In a text, the query of an address goes if it signs it or holds a long value. Secrets of the
    identities in use go wherever they stand.
    """
    return redact_values(_redact(value, _MAX_DEPTH))


def _redact(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return {name: "" if _is_secret(name) else _redact(v, depth) for name, v in value.items()}
    if isinstance(value, list):
        return [_redact(inner, depth) for inner in value]
    if not isinstance(value, str):
        return value
    if _ADDRESS.match(value) and not re.search(r"\s", value):
        return value.partition("?")[0].partition("#")[0]
    if _JSON.match(value) and depth:
        return _redact_json(value, depth - 1)
    return _redact_text(value)


def _redact_json(text: str, depth: int) -> str:
    """Return the text of a JSON value without secrets; unchanged if it holds none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _redact_text(text)
    redacted = _redact(value, depth)
    return text if redacted == value else json.dumps(redacted, ensure_ascii=False)


def _redact_text(text: str) -> str:
    return _QUERY.sub(lambda found: found[1] + _redact_query(found[2] or ""), text)


def _redact_query(query: str) -> str:
    return "" if _SIGNED.search(unquote(query)) else query


def _is_secret(name: Any) -> bool:
    return isinstance(name, str) and name not in _HARMLESS and bool(_SECRET.search(name))
