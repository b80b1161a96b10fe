"""Names that users rely on stay: options, arguments, feed columns, report fields."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from f2scrapy.config.options import NAMES
from f2scrapy.config.spider_files import find_spider_modules
from f2scrapy.crawl.exporters import _list_columns
from f2scrapy.crawl.listing import Gap, Listing
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.run_report import build_report
from f2scrapy.model.item import Item

ROOT = Path(__file__).parents[1]
STORED = json.loads(Path(__file__).with_name("interface.json").read_text("utf-8"))
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def kinds_below(kind: type[Item]) -> Iterator[type[Item]]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds_below(below)


def item_kinds() -> dict[str, type[Item]]:
    for platform in ("douyin", "tiktok"):
        for path in (ROOT / f"f2scrapy/platforms/{platform}/items").glob("[a-z]*.py"):
            import_module(f"f2scrapy.platforms.{platform}.items.{path.stem}")
    ours = (kind for kind in kinds_below(Item) if kind.__module__.startswith("f2scrapy."))
    named = [kind for kind in ours if hasattr(kind, "platform")]
    return {f"{kind.platform}.{kind.__name__}": kind for kind in named}


KINDS = item_kinds()


def test_options() -> None:
    assert set(STORED["options"].split()) <= set(NAMES)


def find_spider(name: str) -> Any:
    module = import_module(f"spiders.{name}")
    return getattr(module, "".join(word.capitalize() for word in name.split("_")) + "Spider")


def test_arguments_and_rows_of_each_spider_are_stored() -> None:
    spiders = {name: find_spider(name) for name in find_spider_modules(["spiders"])}
    assert set(STORED["spiders"]) <= set(spiders)
    new = spiders.keys() - STORED["spiders"]
    lines = {name: " ".join(get_type_hints(spiders[name])["args"].model_fields) for name in new}
    assert lines == {}, "to be added to interface.json: spiders"
    yielded = (spider.item for spider in spiders.values() if not spider.index)
    named = {f"{item.platform}.{item.__name__}" for item in yielded if hasattr(item, "platform")}
    lines = {
        name: " ".join(_list_columns(KINDS[name])) for name in named - STORED["columns"].keys()
    }
    assert lines == {}, "to be added to interface.json: columns"


@pytest.mark.parametrize("name", STORED["spiders"])
def test_spider_arguments(name: str) -> None:
    taken = get_type_hints(find_spider(name))["args"].model_fields
    assert set(STORED["spiders"][name].split()) <= set(taken)


@pytest.mark.parametrize("name", STORED["columns"])
def test_feed_list_columns_and_their_order(name: str) -> None:
    stored = STORED["columns"][name].split()
    assert [column for column in _list_columns(KINDS[name]) if column in stored] == stored


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("report", list(build_report(RunLog("x", NOW), {}, NOW))),
        ("report gaps", [field.name for field in fields(Gap)]),
        ("report lists", [field.name for field in fields(Listing)]),
    ],
)
def test_report_fields(part: str, names: list[str]) -> None:
    assert set(STORED[part].split()) <= set(names)
