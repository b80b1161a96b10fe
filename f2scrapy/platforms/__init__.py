"""The platforms: one folder each, with the same modules."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def list_platforms() -> list[str]:
    """Return the names of the platforms with live rooms, in the order in which bare ids match."""
    needed = ("webcast.py", "links.py", "guest.py")
    folders = files("f2scrapy.platforms").iterdir()
    return sorted(f.name for f in folders if all(f.joinpath(n).is_file() for n in needed))
