"""Names that users rely on: options, arguments, columns, fields of the report.

`interface.json` stores those of the latest release. `python -m tests.interface` adds the names that
are new since then; it takes none away.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

from f2scrapy.config.options import NAMES
from f2scrapy.config.spider_files import find_spider_modules
from f2scrapy.crawl.exporters import list_columns
from f2scrapy.crawl.listing import Gap, Listing
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.run_report import build_report
from f2scrapy.crawl.spider_loader import SpiderLoader
from f2scrapy.model.item import Item

ROOT = Path(__file__).parents[1]
STORE = Path(__file__).with_name("interface.json")
NOW = datetime(2026, 1, 1, tzinfo=UTC)

Names = dict[str, list[str]]  # names by their place, such as "spiders.douyin_post"


def collect_names() -> Names:
    """Return the names as they are now; columns in the order of feeds."""
    loader = SpiderLoader(["spiders"])
    spiders = {name: loader.load(name) for name in find_spider_modules(["spiders"])}
    arguments = {f"spiders.{name}": list(get_type_hints(spider)["args"].model_fields)
                 for name, spider in spiders.items()}  # fmt: skip
    columns = {f"columns.{kind.platform}.{kind.__name__}": list_columns(kind)
               for kind in iter_kinds()}  # fmt: skip
    parts = {
        "options": list(NAMES),
        "report": list(build_report(RunLog("x", NOW), {}, NOW)),
        "report gaps": [field.name for field in fields(Gap)],
        "report lists": [field.name for field in fields(Listing)],
    }
    return parts | arguments | columns


def iter_kinds() -> Iterator[Any]:
    """Yield the items of both platforms."""
    for path in (ROOT / "f2scrapy/platforms").glob("*/items/[a-z]*.py"):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found: list[type[Item]] = [Item]
    for kind in found:
        found += kind.__subclasses__()
        if kind.__module__.startswith("f2scrapy.") and hasattr(kind, "platform"):
            yield kind


def load_names(store: Path = STORE) -> Names:
    """Return the stored names."""
    return {place: names.split() for place, names in json.loads(store.read_text("utf-8")).items()}


def find_missing(stored: Mapping[str, list[str]], now: Mapping[str, list[str]]) -> list[str]:
    """Return the places where a stored name is missing now, or a column has another position."""
    return [place for place, names in stored.items() if not is_kept(place, names, now)]


def is_kept(place: str, names: list[str], now: Mapping[str, list[str]]) -> bool:
    """Return whether the names of a place are all there now; columns also in their order."""
    there = now.get(place, [])
    if place.startswith("columns."):
        return [name for name in there if name in names] == names
    return place in now and set(names) <= set(there)


def add_names(store: Path = STORE) -> str | None:
    """Store the names of today; return the error message; None = there is none, exit code 0."""
    stored, now = load_names(store), collect_names()
    if missing := find_missing(stored, now):
        return f"stored names are missing: {', '.join(missing)}; nothing was stored"
    lines = {place: " ".join(names) for place, names in sorted(now.items())}
    new = sorted(now.keys() - stored.keys())
    sys.stdout.writelines(f"new: {place}\n" for place in new)
    store.write_text(json.dumps(lines, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return None


if __name__ == "__main__":
    sys.exit(add_names())
