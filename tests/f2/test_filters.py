"""Every attribute of every filter gives the value at its place, as F2 shows it."""

import json
import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from f2scrapy.f2.apps.douyin import filter as douyin
from f2scrapy.f2.apps.tiktok import filter as tiktok
from f2scrapy.f2.filters import Filter, Row, load_tables
from f2scrapy.f2.values import format_time, sanitize

MODULES = {"douyin": douyin, "tiktok": tiktok}
ATTRIBUTES = [(name, field) for name, table in load_tables().items() for field in table.fields]


def get_class(name: str) -> type[Filter]:
    platform, _, kind = name.partition(".")
    found: type[Filter] = getattr(MODULES[platform], kind)
    return found


def plant(path: str, make: Callable[[], Any]) -> tuple[Any, Any]:
    """Return an answer with values at a path, two at each [*]; and the values in their lists."""
    step, _, rest = path.partition(".")
    name, *indices = re.findall(r"[^\[\]]+", step)
    answer, value = plant(rest, make) if rest else (value := make(), value)
    for index in reversed(indices):
        if index == "*":
            second = plant(rest, make) if rest else (other := make(), other)
            answer, value = [answer, second[0]], [value, second[1]]
        else:
            answer = [None] * int(index) + [answer]
    return {name: answer}, value


def map_leaves(value: Any, convert: Callable[[Any], Any]) -> Any:
    return (
        [map_leaves(one, convert) for one in value] if isinstance(value, list) else convert(value)
    )


STREAM = {"data": {"origin": {"main": {"flv": "https://a/\u0026f", "hls": "https://a/h"}}}}
# What is planted, and what F2's attribute is then, by the word in fields.yaml.
CASES: dict[str, tuple[Callable[[int], Any], Callable[[Any], Any]]] = {
    "": (lambda n: f"v{n}", lambda v: v),
    "text": (lambda n: f"海边 {n}!é#", lambda v: map_leaves(v, lambda t: t.replace(" ", "_").replace("!é", "__"))),  # noqa: E501
    "time": (lambda n: 1_700_000_000 + n, lambda v: map_leaves(v, lambda t: f"2023-11-15 06-13-{20 + t % 100:02}")),  # noqa: E501
    "bool": (lambda n: [n], lambda v: map_leaves(v, bool)),
    "list": (lambda n: n, lambda v: v),
    "empty_is_none": (lambda n: f"v{n}", lambda v: v),
    "present": (lambda n: f"v{n}", lambda v: v),
    "present_or_none": (lambda n: f"v{n}", lambda v: v),
    "nested": (lambda n: n, lambda v: [v]),
    "json": (lambda n: f"话{n}", lambda v: json.dumps(v, ensure_ascii=False)),
    "room": (lambda n: {"liveRoom": n}, lambda _: True),
}  # fmt: skip


@pytest.mark.parametrize(("name", "field"), ATTRIBUTES, ids=[f"{n}.{f}" for n, f in ATTRIBUTES])
def test_attribute_has_the_value_at_its_place(name: str, field: str) -> None:
    kind, place = get_class(name), load_tables()[name].fields[field]
    number = count()
    if place.conversion == "decoded":
        answer, _ = plant(place.path, lambda: json.dumps(STREAM))
        last = place.argument.rpartition(".")[2]
        want = STREAM["data"]["origin"]["main"].get(last, STREAM)
    else:
        make, convert = CASES[place.conversion]
        answer, value = plant(place.path, lambda: make(next(number)))
        if place.conversion == "bool" and "[*]" not in place.path:
            value = True
        want = convert(value)
    assert getattr(kind(answer), field) == want
    empty = getattr(kind({}), field)  # an answer without it
    assert empty in (None, [], "", False, "[]", [[]])


def test_attributes_are_those_of_f2(filters: dict[str, Any]) -> None:
    """Compare names, places and conversions with the facts; the worded ones have cases below."""
    plain = {None: "", "sanitize": "text", "time_cst": "time", "bool": "bool"}
    found = 0
    for name, facts in filters.items():
        own, base = facts["fields"], facts.get("inherits")
        inherited = filters[f"{name.partition('.')[0]}.{base}"]["fields"] if base else {}
        table = load_tables()[name].fields
        assert table.keys() == inherited.keys() | own.keys(), name
        found += len(table)
        for field, fact in own.items():
            if fact.get("post") in plain:
                assert f"$.{table[field].path}" == fact["path"], field
                assert table[field].conversion == plain[fact.get("post")], field
            else:
                start = fact["path"].removeprefix("$.")
                assert table[field].path.startswith(start) or table[field].argument == start
    assert found == EXPANDED


EXPANDED = 992  # 684 of the classes, and those that they inherit
UNREAL = {"video": None, "images": None}


def test_pictures_without_a_moving_part_are_left_out_or_none() -> None:
    def image(moving: bool) -> dict[str, Any]:
        video = {"play_addr": {"url_list": ["https://v"]}}
        return {"url_list": ["https://p"], "video": video if moving else None}

    page = {"aweme_list": [{"images": [image(True), image(False)]}, UNREAL, {"images": []}]}
    assert douyin.UserPostFilter(page).images == [["https://p"] * 2, None, None]
    assert douyin.UserPostFilter(page).images_video == [["https://v"], [], []]
    assert douyin.UserPostFilter(page).video_bit_rate == [[], [], []]
    work = {"aweme_detail": {"images": [image(False), image(True)]}}
    assert douyin.PostDetailFilter(work).images_video == [None, "https://v"]
    feed = {"data": [{"aweme": {"images": [image(True)]}}, {"aweme": UNREAL}]}
    assert douyin.FriendFeedFilter(feed).images_video == [["https://v"], None]
    data = {"data": {"user": 1, "stats": 2, "a": 3, "b": 4}}
    assert tiktok.UserLiveFilter(data).has_live is False


def test_values_of_rows_stay_aligned() -> None:
    """F2 gives a bare value for one caption, and shifts the others if one is missing."""
    rows = [
        {"aweme_id": "1", "caption": "a b"},
        {"aweme_id": "2"},
        {"aweme_id": "3", "caption": "c"},
    ]
    page = douyin.UserPostFilter({"aweme_list": rows, "has_more": 1, "max_cursor": 9})
    assert page.caption == ["a_b", None, "c"]
    assert [row["caption_raw"] for row in page._to_list()] == ["a b", None, "c"]
    assert page._to_list()[2]["max_cursor"] == 9
    one = douyin.UserPostFilter({"aweme_list": rows[:1]})
    assert one.caption == ["a_b"]
    assert tiktok.UserPlayListFilter({"playList": [{"mixId": "7"}]}).mixId == ["7"]


def test_forms() -> None:
    page = {"user": {"nickname": "小 明", "uid": "7"}}
    user = douyin.UserProfileFilter(page)
    assert user._to_raw() is page
    assert user._to_dict()["nickname"] == user.nickname == "小_明"
    assert user._to_list() == [user._to_dict()]
    assert user.get("city", "?") == "?"
    with pytest.raises(AttributeError, match="nickmane is not known; did you mean"):
        _ = user.nickmane
    row = Row({"aweme_id": "1"})
    assert row.parse_item() is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_714_521_600, "2024-05-01 08-00-00"),
        ("1714521600000", "2024-05-01 08-00-00"),
        ("Wed Jun 01 10:23:01 +0800 2022", "2022-06-01 10-23-01"),
        (0, ""), ("0", ""), (None, ""), ("soon", ""), ([0, 1], ["", "1970-01-01 08-00-01"]),
    ],
)  # fmt: skip
def test_times(value: Any, text: Any) -> None:
    assert format_time(value) == text


def test_texts() -> None:
    assert sanitize("a b·é#1 👾海") == "a_b__#1__海"
    assert sanitize(["a b", None, 7]) == ["a_b", "", 7]
