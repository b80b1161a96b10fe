"""Field types that accept null, "" and 0 for missing values, and base fields of items."""

from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from f2scrapy.model.fields import Count, Flag, Id, Moment, Text, Url, at, each
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User
from f2scrapy.platforms.tiktok.items.comments import Comment


class Row(BaseModel):
    text: Text = "unset"
    id: Id = "unset"
    count: Count = -1
    flag: Flag = True
    moment: Moment = datetime.max.replace(tzinfo=UTC)
    url: Url = "unset"
    name: Text = at("unset", "author.names.0", "nickname")
    tags: Annotated[list[Text], each("tag.name", where="tag")] = at([], "rows")
    ids: Annotated[list[Id], each("tag.id", where="tag")] = at([], "rows")


NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)
SECONDS = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("field", "sent", "expected"),
    [
        ("text", None, ""),
        ("text", 12, "12"),
        ("id", None, ""),
        ("id", 0, ""),
        ("id", "0", ""),
        ("id", 7575030299194782782, "7575030299194782782"),
        ("count", None, 0),
        ("count", "", 0),
        ("count", "12", 12),
        ("flag", None, False),
        ("flag", "", False),
        ("flag", "0", False),
        ("flag", 2, True),
        ("flag", "true", True),
        ("moment", None, None),
        ("moment", 0, None),
        ("moment", "0", None),
        ("moment", -1, None),
        ("moment", SECONDS, NOON),
        ("moment", str(SECONDS), NOON),
        ("moment", SECONDS * 1000, NOON),
        ("url", None, ""),
        ("url", "http://v.example/http://", "https://v.example/http://"),
        ("nickname", "a", "a"),
        ("author", {"names": []}, "unset"),
        ("author", {"names": None}, "unset"),
        ("author", {"names": ["a"]}, "a"),
    ],
)
def test_sent_values_are_converted(field: str, sent: Any, expected: Any) -> None:
    row = Row.model_validate({field: sent})
    assert getattr(row, field if field in Row.model_fields else "name") == expected


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("count", "many"),
        ("flag", [1]),
        ("moment", 1e300),
        ("moment", "soon"),
        ("moment", "2026-10-01 10:00:00"),
        ("moment", True),
        ("text", {"text": "a"}),
        ("text", ["a"]),
        ("text", True),
        ("id", [1]),
        ("count", []),
        ("flag", -1),
        ("url", 1),
        ("rows", 3),
    ],
)
def test_unknown_shape_raises_for_its_row(field: str, sent: Any) -> None:
    with pytest.raises(ValidationError):
        Row.model_validate({field: sent})


def test_lists_with_one_condition_are_aligned() -> None:
    tagged = [{"tag": {"name": "a", "id": 1}}, {"tag": {"name": "b"}}]
    row = Row.model_validate({"rows": [{}, None, {"tag": None}, *tagged]})
    assert (row.tags, row.ids) == (["a", "b"], ["1", ""])


def test_moments_are_aware() -> None:
    assert Row.model_validate({"moment": SECONDS}).moment.utcoffset().total_seconds() == 0  # type: ignore[union-attr]


def test_rows_cannot_fill_own_fields() -> None:
    row = {"aweme_id": "1", "path": "../x", "state": "GONE", "files": [1], "source": 3, "mode": 5}
    post = Post.parse(row | {"images_video": ["https://a/b.mp4"]})
    assert (post.path, post.state, post.files, post.source, post.mode) == ("", "OK", [], "", "")
    assert post.images_video == [], "a field with paths is never read by its name"


def test_str_is_the_key() -> None:
    assert str(Post(aweme_id="1", desc="secret")) == "douyin:post:1"


def test_asset_is_the_suffix_before_the_dot_or_the_given_name() -> None:
    assert Media(kind=MediaKind.IMAGE, suffix="_image_1.webp").asset == "image_1"
    assert Media(kind=MediaKind.SUBTITLE, suffix="_s.srt", name="s_srt").asset == "s_srt"


@pytest.mark.parametrize(
    ("item", "name"),
    [(Post, "share_url"), (Post, "mix_share_url"), (User, "share_url"), (Comment, "share_url")],
)
def test_page_urls_lose_their_query(item: type[Item], name: str) -> None:
    item.model_rebuild()
    field = TypeAdapter(item.model_fields[name].rebuild_annotation())
    assert (
        field.validate_python("http://v.example/1/?did=MS4&share_sign=x") == "https://v.example/1/"
    )


@pytest.mark.parametrize(
    ("music", "right"),
    [
        ({"id": 7000000000000001000, "id_str": "7000000000000000978"}, "7000000000000000978"),
        ({"id": 7000000000000001000, "id_str": ""}, "7000000000000001000"),
        ({"id": 7000000000000001000, "id_str": None}, "7000000000000001000"),
        ({"id": 7000000000000001000, "id_str": "0"}, "7000000000000001000"),
        ({"id": 7000000000000000978, "id_str": "7000000000000000979"}, "7000000000000000978"),
        ({"id": 7, "id_str": "8"}, "7"),
        ({"id": "7000000000000001000", "id_str": "8"}, "7000000000000001000"),
    ],
)
def test_rounded_id_is_replaced_by_its_text(music: dict[str, Any], right: str) -> None:
    row = {"aweme_id": "1", "music": music}
    before = repr(row)
    assert Post.from_row(row).music_id == right
    assert repr(row) == before


def test_rounded_ids_anywhere() -> None:
    rounded, exact = 7236050026851003000, "7236050026851003046"
    user = User.from_row({"sec_uid": "MS4w", "room_id": rounded, "room_id_str": exact})
    assert user.room_id == exact
    row = {"aweme_id": "1", "author_user_id": rounded, "author_user_id_str": exact}
    assert Post.from_row(row).uid == exact
