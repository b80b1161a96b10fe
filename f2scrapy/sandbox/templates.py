"""Lay out a large JSON once as bytes, to fill in with % for each row.

A string value mark_text("name") becomes inserted text, mark_bare("name") a bare number or list.
"""

from __future__ import annotations

import json
import re
from typing import Any


def mark_text(name: str) -> str:
    return f"\1{name}\1"


def mark_bare(name: str) -> str:
    return f"\2{name}\2"


def compile_template(value: Any) -> bytes:
    """Return the template of *value*: `compile_template(value) % {b"name": b"..."}` is JSON."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("%", "%%")
    written = re.sub(r'"\\u0002(\w+)\\u0002"', r"%(\1)b", written)
    return re.sub(r"\\u0001(\w+)\\u0001", r"%(\1)b", written).encode()
