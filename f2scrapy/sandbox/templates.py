"""Templates: a large JSON laid out once as bytes, filled in with % for each row.

A string value text("name") becomes text put in, bare("name") a bare number or list.
"""

from __future__ import annotations

import json
import re
from typing import Any


def text(name: str) -> str:
    return f"\1{name}\1"


def bare(name: str) -> str:
    return f"\2{name}\2"


def compiled(value: Any) -> bytes:
    """The template of *value*: `compiled(value) % {b"name": b"..."}` is JSON."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("%", "%%")
    written = re.sub(r'"\\u0002(\w+)\\u0002"', r"%(\1)b", written)
    return re.sub(r"\\u0001(\w+)\\u0001", r"%(\1)b", written).encode()
