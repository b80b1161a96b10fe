"""The platforms: one folder each, laid out alike."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def list_platforms() -> list[str]:
    """Those with live rooms; a bare id is of the first that knows its form."""
    needed = ("webcast.py", "links.py", "guest.py")
    folders = files("f2scrapy.platforms").iterdir()
    return sorted(f.name for f in folders if all(f.joinpath(n).is_file() for n in needed))
