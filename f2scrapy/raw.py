"""A platform's own row, kept beside the item on request: without tokens and signed addresses."""

from __future__ import annotations

import re
from typing import Any

# Names whose values are somebody's keys, whoever they were given to.
_SECRET = re.compile(r"token|ticket|cookie|session|secret|passport|signature(?!_)", re.IGNORECASE)
_HARMLESS = frozenset({"signature", "signature_language"})  # what a user writes of themselves
_ADDRESS = re.compile(r"^(https?:)?//", re.IGNORECASE)


def scrubbed(value: Any) -> Any:
    """The same shape; keys' values become "", addresses lose the query that signs them."""
    if isinstance(value, dict):
        return {name: "" if _is_secret(name) else scrubbed(v) for name, v in value.items()}
    if isinstance(value, list):
        return [scrubbed(inner) for inner in value]
    if isinstance(value, str) and _ADDRESS.match(value):
        return value.partition("?")[0]
    return value


def _is_secret(name: Any) -> bool:
    return isinstance(name, str) and name not in _HARMLESS and bool(_SECRET.search(name))
