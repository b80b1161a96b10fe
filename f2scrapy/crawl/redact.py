"""A platform's own row, kept beside the item on request: without tokens and signed addresses."""

from __future__ import annotations

import re
from typing import Any

# Names whose values are somebody's keys, whoever they were given to.
_SECRET = re.compile(r"token|ticket|cookie|session|secret|passport|signature(?!_)", re.IGNORECASE)
_HARMLESS = frozenset({"signature", "signature_language"})  # what a user writes of themselves
_ADDRESS = re.compile(r"^(https?:)?//", re.IGNORECASE)
_JSON = re.compile(r"\s*[{\[]")
# What signs an address in JSON within JSON, where "&" may stand as \u0026.
# An address without a query is matched as well: nothing is looked at twice.
_QUERY = re.compile(r"(/\\*+/[^\s\"?]++)(?:\?(?:[^\s\"\\]|\\++u[0-9a-f]{4})*+)?", re.IGNORECASE)


def redact(value: Any) -> Any:
    """The same shape; keys' values become "", addresses lose the query that signs them."""
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
