"""The platforms: one folder each, laid out alike."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def list_platforms() -> list[str]:
    """Return the platforms by name; a bare id is of the first that knows its form."""
    needed = ("webcast.py", "links.py", "guest.py")
    folders = files("f2scrapy.platforms").iterdir()
    return sorted(f.name for f in folders if all(f.joinpath(n).is_file() for n in needed))


def find_platform(spider: str) -> str:
    """Return the platform of a spider by its name; "" = it is a spider of a user's own."""
    platform = spider.partition("_")[0]
    return platform if platform in list_platforms() else ""
