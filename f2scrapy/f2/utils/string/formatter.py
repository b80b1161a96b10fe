"""Find addresses in texts."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"https?://\S+")


def extract_valid_urls(inputs: str | list[str]) -> str | list[str] | None:
    """Return the first address in a text (None = there is none), or all in a list of texts."""
    if isinstance(inputs, str):
        found = _ADDRESS.search(inputs)
        return found[0] if found else None
    return [address for text in inputs for address in _ADDRESS.findall(text)]
