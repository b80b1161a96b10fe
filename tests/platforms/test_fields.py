"""No odd value of a side field loses a row, in any field of any item."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import AliasChoices, AliasPath
from support.recordings import iter_objects
from support.sandbox_client import Browser
from support.tiktok_client import Visitor

from f2scrapy import platforms
from f2scrapy.errors import ProtocolError
from f2scrapy.model.item import Account, Item
from f2scrapy.platforms.douyin.items.posts import Post as DouyinPost
from f2scrapy.platforms.tiktok.items.posts import Post as TiktokPost

ODD = (None, "", [], {}, 0, "x", 5, 1.5, True, -1, ["x"], [None], [{}], [[]], {"a": 1},
       1e300, float("nan"), float("inf"), 10**400, "http://[::1")  # fmt: skip
Place = tuple[str | int, ...]

for _module in pkgutil.walk_packages(platforms.__path__, "f2scrapy.platforms."):
    importlib.import_module(_module.name)


def list_items(base: type[Item] = Item) -> Iterator[type[Item]]:
    """Yield every class of items with an id of its own."""
    for kind in base.__subclasses__():
        yield from list_items(kind)
        whole = {"platform", "kind"} <= set(dir(kind)) and kind.id is not Item.id
        if whole and kind is not Account and "f2scrapy.platforms." in kind.__module__:
            yield kind


def list_places(kind: type[Item], name: str) -> list[Place]:
    alias = kind.model_fields[name].validation_alias or name
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return [tuple(c.path) if isinstance(c, AliasPath) else (str(c),) for c in choices]


def put(value: Any, place: Place, new: Any) -> Any:
    """Return a copy with `new` at a place, and the objects and lists above it."""
    step, *rest = place
    if isinstance(step, int):
        copy: Any = list(value) if isinstance(value, list) else []
        copy += [{}] * (step + 1 - len(copy))
        old = copy[step]
    else:
        copy = dict(value) if isinstance(value, dict) else {}
        old = copy.get(step)
    copy[step] = put(old, tuple(rest), new) if rest else new
    return copy


def use(item: Item) -> None:
    """Use an item as pipelines and feeds do."""
    assert item.key
    item.list_unoffered()
    item.model_dump(mode="json")
    _ = (item.assets, item.folder, item.published, item.is_pinned, item.reply_count)


def is_base(kind: type[Item]) -> bool:
    return kind.__name__ == "Work" or ".common." in kind.__module__


KINDS = sorted({*list_items()}, key=lambda kind: f"{kind.__module__}.{kind.__name__}")
KINDS = [kind for kind in KINDS if not is_base(kind)]
IDS = {"LiveRoom": ["room_id", "web_rid", "unique_id"], "FoundRoom": ["room_id", "web_rid"]}


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: f"{k.platform}-{k.__name__}")
def test_no_side_field_loses_its_row(kind: Any) -> None:
    fields = [name for name in kind.model_fields if name not in Item.model_fields]
    needed = {name for name in fields if kind.model_fields[name].is_required()}
    needed |= {name for name in IDS.get(kind.__name__, ()) if name in fields}
    base: Any = {}
    for name in needed:
        base = put(base, list_places(kind, name)[0], "true" if name == "on_air" else "7")
    use(kind.parse(base))
    kept = [place for name in needed for place in list_places(kind, name)]
    for name in set(fields) - needed - kind.essential:
        for whole in list_places(kind, name):
            for place in (whole[:end] for end in range(1, len(whole) + 1)):
                if any(one[: len(place)] == place for one in kept):
                    continue  # without it there is no id
                for odd in ODD:
                    use(kind.parse(put(base, place, odd)))


def list_nodes(value: Any, place: Place = ()) -> Iterator[Place]:
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value[:2]) if isinstance(value, list) else inner
    for step, member in inner:
        yield (*place, step)
        yield from list_nodes(member, (*place, step))


def try_each_value(kind: Any, row: Any, id_key: str, count: int) -> None:
    """Put odd values at places anywhere in a real row."""
    random = Random(7)
    places = [place for place in list_nodes(row) if place != (id_key,)]
    for place in random.sample(places, min(count, len(places))):
        for odd in random.sample(ODD, 4):
            item = kind.parse(put(row, place, odd))
            assert item.id == row[id_key]
            use(item)


async def test_works_of_the_sandbox(browser: Browser) -> None:
    for user in ("clean200", "mixed"):
        for row in (await browser.fetch_posts(user)).json()["aweme_list"][:3]:
            try_each_value(DouyinPost, row, "aweme_id", 60)


async def test_tiktok_works_of_the_sandbox(visitor: Visitor) -> None:
    for user in ("clean200", "mixed"):
        for row in (await visitor.fetch_posts(user))["itemList"][:3]:
            try_each_value(TiktokPost, row, "id", 60)


@pytest.mark.parametrize(
    ("platform", "kind", "id_key"),
    [("douyin", DouyinPost, "aweme_id"), ("tiktok", TiktokPost, "id")],
)
def test_recorded_works(shared: Path, platform: str, kind: Any, id_key: str) -> None:
    found = 0
    for path in sorted((shared / "reference/recorded" / platform / "json").glob("*.json"))[::4]:
        rows = [row for row in iter_objects(json.loads(path.read_bytes())) if id_key in row]
        for row in [row for row in rows if "video" in row and "author" in row][:1]:
            try:
                kind.parse(row)
            except ProtocolError:
                continue  # it is no work
            found += 1
            try_each_value(kind, row, id_key, 60)
    assert found
