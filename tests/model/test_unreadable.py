"""A part of a row that cannot be read is left out and named; the row is kept."""

from typing import Annotated, Any, ClassVar

import pytest
from pydantic import BaseModel, BeforeValidator

from f2scrapy.errors import ProtocolError
from f2scrapy.model.fields import Count, Id, Moment, Text, at, each
from f2scrapy.model.item import Item
from f2scrapy.platforms.douyin.items.posts import Post


class Row(Item):
    essential: ClassVar = frozenset({"status"})

    number: int
    status: Count = 0
    title: Text = at("", "text.title", "title")
    created: Moment = None
    names: Annotated[list[Text], each("tag.name", where="tag")] = at([], "rows")
    ids: Annotated[list[Id], each("tag.id", where="tag")] = at([], "rows")
    urls: list[str] | None = None


@pytest.mark.parametrize(
    ("sent", "path", "is_empty"),
    [
        ({"title": []}, "title", True),
        ({"title": {}}, "title", True),
        ({"title": ["a"]}, "title", False),
        ({"text": {"title": {"a": 1}}}, "text.title", False),
        ({"created": "soon"}, "created", False),
        ({"created": 9e14}, "created", False),
        ({"rows": 3}, "rows", False),
        ({"urls": ["https://a/", 5]}, "urls.*", False),
    ],
)
def test_part_is_left_out_and_named(sent: Any, path: str, is_empty: bool) -> None:
    row = Row.parse({"number": 1} | sent)
    assert (row.number, row.title, row.created) == (1, "", None)
    assert row.unreadable == ((path, is_empty),)


def test_readable_row_lacks_nothing() -> None:
    assert Row.parse({"number": 1, "title": "a"}).unreadable == ()


def test_other_place_of_the_same_value_is_read() -> None:
    assert Row.parse({"number": 1, "text": {"title": [1]}, "title": "b"}).title == "b"


def test_other_members_of_a_list_stay_and_agree() -> None:
    tags = [{}, {"tag": {"name": ["x"], "id": 1}}, {"tag": {"name": "b", "id": {"x": 1}}}]
    row = Row.parse({"number": 1, "rows": tags, "urls": ["https://a/", 5, "https://b/"]})
    assert (row.names, row.ids) == (["", "b"], ["1", ""])
    assert row.urls == ["https://a/", "https://b/"]
    assert {part.path for part in row.unreadable} == {"rows.*.tag.name", "rows.*.tag.id", "urls.*"}


@pytest.mark.parametrize(
    ("row", "path"),
    [({"title": []}, "number"), ({"number": "x", "title": []}, "number"), ("x", "Row|dict"),
     (None, "Row|dict"), ({"number": 1, "status": "x"}, "status")],
)  # fmt: skip
def test_row_without_what_it_needs_is_refused(row: Any, path: str) -> None:
    with pytest.raises(ProtocolError, match=path):
        Row.parse(row)


def test_row_itself_is_not_changed() -> None:
    row = {"number": 1, "text": {"title": [1]}, "rows": [{"tag": {"name": [1]}}]}
    Row.parse(row)
    assert row == {"number": 1, "text": {"title": [1]}, "rows": [{"tag": {"name": [1]}}]}


def test_bad_encoding_loses_no_other() -> None:
    good = {"play_addr": {"url_list": ["https://v.douyinvod.com/1.mp4"]}, "bit_rate": 9}
    gears = [5, good | {"bit_rate": "x"}, good | {"FPS": float("nan")}, good | {"play_addr": []}]
    post = Post.parse({"aweme_id": "1", "video": {"bit_rate": gears, "height": [1]}})
    [video] = post.list_media()
    assert len(video.renditions) == 1, "both have the same address"
    paths = {part.path for part in post.unreadable}
    assert "video.height" in paths
    assert "video.bit_rate.*.FPS" in paths


class Scaled(Item):
    number: int = at(..., "user.number")
    width: Annotated[int, BeforeValidator(lambda v: round(v * 1.5))] = at(0, "user.width")


def test_part_that_raises_any_error_is_left_out() -> None:
    """Its error names no place, and it lies beside a value that the row needs."""
    row = Scaled.parse({"user": {"number": 1, "width": 10**400}, "more": 1})
    assert (row.number, row.width) == (1, 0)
    assert row.unreadable == (("user.width", False),)


class Part(BaseModel):
    name: str


class Whole(Row):
    parts: list[Part] = at([], "more.parts")


def test_object_that_lacks_a_field_is_left_out_alone() -> None:
    row = Whole.parse({"number": 1, "more": {"parts": [{}, {"name": "a"}]}})
    assert row.number == 1
    assert [part.path for part in row.unreadable] == ["more.parts.*"]
    with pytest.raises(ProtocolError):
        Whole.parse({"more": {"parts": []}})
