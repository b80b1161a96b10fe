"""Remove tokens and signatures from a platform's row, which F2_RAW keeps beside the item."""

from __future__ import annotations

import re
from typing import Any

# Names of secret values, of the user or of others.
_SECRET = re.compile(r"token|ticket|cookie|session|secret|passport|signature(?!_)", re.IGNORECASE)
_HARMLESS = frozenset({"signature", "signature_language"})  # a user's text about themselves
_ADDRESS = re.compile(r"^(https?:)?//", re.IGNORECASE)
_JSON = re.compile(r"\s*[{\[]")
# The query of an address in JSON within JSON, where "&" may be written \u0026.
# Addresses without a query match, too, so that no text is scanned twice.
_QUERY = re.compile(r"(/\\*+/[^\s\"?]++)(?:\?(?:[^\s\"\\]|\\++u[0-9a-f]{4})*+)?", re.IGNORECASE)


def redact(value: Any) -> Any:
    """Return a copy with "" for secret values, and addresses without their query."""
    if isinstance(value, dict):
        return {name: "" if _is_secret(name) else redact(v) for name, v in value.items()}
    if isinstance(value, list):
        return [redact(inner) for inner in value]
    if isinstance(value, str) and _ADDRESS.match(value):
        return value.partition("?")[0]
    if isinstance(value, str) and _JSON.match(value):
        return _QUERY.sub(r"\1", value)
    return value


def _is_secret(name: Any) -> bool:
    return isinstance(name, str) and name not in _HARMLESS and bool(_SECRET.search(name))
