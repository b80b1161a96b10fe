"""Followers, followed users, comments and guests: paging, and items that keep all fields."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from support.recordings import Recorded, get_value

from f2scrapy.api.verdict import classify_response
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.item import Item
from f2scrapy.model.media import MediaKind
from f2scrapy.platforms.douyin.endpoints.comments import CommentReply, PostComment
from f2scrapy.platforms.douyin.endpoints.follows import FOLLOWERS, FOLLOWING, UserFollower
from f2scrapy.platforms.douyin.endpoints.guests import QueryUser
from f2scrapy.platforms.douyin.items.comments import Comment
from f2scrapy.platforms.douyin.items.follows import ListedUser
from f2scrapy.platforms.douyin.items.guests import Guest
from f2scrapy.platforms.douyin.items.users import User

# Filter of F2 → class of item, and the prefix of a row's paths.
FILTERS: dict[str, tuple[type[Item], str]] = {
    "UserFollowingFilter": (ListedUser, "$.followings[*]."),
    "UserFollowerFilter": (ListedUser, "$.followers[*]."),
    "PostCommentFilter": (Comment, "$.comments[*]."),
    "QueryUserFilter": (Guest, "$."),
}
RENAMED = {
    "avatar_larger": "avatar_url",
    "secret": "is_secret",
    "sec_uid": "sec_user_id",
    "PostCommentFilter.user_id": "uid",
    "PostCommentFilter.user_unique_id": "unique_id",
}
ELSEWHERE = {
    "status_code": "of the answer: classified before items are parsed",
    "status_msg": "of the answer: classified before items are parsed",
    "api_status_code": "of the answer: classified before items are parsed",
    "has_more": "paging belongs to the endpoint",
    "cursor": "paging belongs to the endpoint",
    "offset": "paging belongs to the endpoint",
    "max_time": "paging belongs to the endpoint",
    "min_time": "paging belongs to the endpoint",
    "total": "of the list: its expected count",
    "myself_user_id": "of the answer: the requesting account",
}
NOT_SENT = {"UserFollowingFilter.mix_count": "of the answer; no recorded list has it"}


def list_fields(filters: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield filter, field and path of all fields in F2, of answers and of rows."""
    for name in FILTERS:
        for field, facts in filters[f"douyin.{name}"]["fields"].items():
            yield name, field, facts["path"]


def map_field(name: str, field: str) -> str:
    plain = field.removesuffix("_raw")
    return RENAMED.get(f"{name}.{plain}", RENAMED.get(plain, plain))


def test_every_field_of_f2_is_here_or_has_a_reason(filters: dict[str, Any]) -> None:
    lost = [
        f"{name}.{field}"
        for name, field, _ in list_fields(filters)
        if field not in ELSEWHERE
        and f"{name}.{field}" not in NOT_SENT
        and map_field(name, field) not in FILTERS[name][0].model_fields
    ]
    assert lost == []


# Paging

LATEST, OLDEST, SHOWN = (FOLLOWING[n](sec_user_id="MS4w") for n in (1, 3, 4))
ANSWER = {"has_more": True, "offset": 20, "min_time": 1579930160, "max_time": 1680744714}


@pytest.mark.parametrize(
    ("first", "cursor"),
    [
        (LATEST, {"max_time": 1579930160}),
        (OLDEST, {"min_time": 1680744714}),
        (SHOWN, {"offset": 20}),
        (FOLLOWERS[1](sec_user_id="MS4w"), {"max_time": 1579930160}),
        (FOLLOWERS[2](sec_user_id="MS4w"), {"offset": 20, "max_time": 1579930160}),
    ],
)
def test_each_source_type_has_its_own_cursor(first: Any, cursor: dict[str, int]) -> None:
    cursors = {"offset": 0, "min_time": 0, "max_time": 0}
    assert not first.is_last_page(ANSWER)
    assert first.next_page(ANSWER).model_dump(include=set(cursors)) == cursors | cursor
    assert first.next_page(ANSWER).next_page(ANSWER).source_type == first.source_type


def test_list_needs_only_its_own_cursor() -> None:
    assert LATEST.next_page({"has_more": 1, "min_time": "5"}).position == 5
    with pytest.raises(ProtocolError, match="max_time: cannot go on at None"):
        OLDEST.next_page({"has_more": 1, "min_time": 5})


def test_query_of_followers() -> None:
    query = UserFollower(user_id="7", sec_user_id="MS4w", max_time=9).encode_query()
    assert query == (
        "user_id=7&sec_user_id=MS4w&offset=0&min_time=0&max_time=9&count=20&source_type=1"
        "&gps_access=0&address_book_access=0&is_top=1"
    )


@pytest.mark.parametrize(
    ("code", "message", "outcome"),
    [
        (0, "", Outcome.OK),
        (8, "用户未登录", Outcome.LOGIN_REQUIRED),
        (2096, "由于该用户隐私设置，粉丝列表不可见", Outcome.PRIVATE),
        (2096, "关注列表不可见", Outcome.PRIVATE),
        (2096, "", Outcome.PRIVATE),
        (2154, "服务异常", Outcome.SCHEMA_CHANGED),
        (9, "操作太频繁", Outcome.RATE_LIMITED),
    ],
)
def test_hidden_list_is_private_but_other_codes_are_not(
    code: int, message: str, outcome: Outcome
) -> None:
    answer = {"status_code": code, "status_msg": message, "followings": None, "has_more": False}
    assert classify_response(200, "", json.dumps(answer).encode(), LATEST).outcome is outcome


def test_comments_and_replies_turn_by_their_cursor() -> None:
    page = {"comments": [], "cursor": "20", "has_more": 1}
    assert PostComment(aweme_id="7").next_page(page).position == 20
    assert CommentReply(item_id="7", comment_id="9").next_page(page).encode_query() == (
        "item_id=7&comment_id=9&cursor=20&count=20&item_type=0&cut_version=1"
    )
    assert PostComment(aweme_id="7").read_rows({"comments": None, "has_more": 0}) == []


def test_the_answer_to_query_user_is_the_row() -> None:
    answer = {"id": 7512534725633870709, "status_code": None, "last_time": 1700000000}
    assert (
        classify_response(200, "", json.dumps(answer).encode(), QueryUser()).outcome is Outcome.OK
    )
    [row] = QueryUser().read_rows(answer)
    guest = Guest.model_validate(row)
    assert guest.key == "douyin:guest:7512534725633870709"
    assert (guest.user_uid, guest.create_time) == ("", None)
    assert guest.last_time == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_a_guest_has_a_user_uid_of_its_own(truth: Callable[[str], Any]) -> None:
    answer = truth("douyin_query_user_guest")
    guest = Guest.model_validate(answer)
    assert (guest.user_uid, guest.user_uid_type) == (answer["user_uid"], 0)


# Recordings


def is_same(ours: Any, theirs: Any) -> bool:
    if theirs in (None, 0, "0", "", []):
        return not ours
    if isinstance(ours, datetime):
        return bool(ours.timestamp() == theirs)
    return ours == theirs if isinstance(ours, bool) else str(ours) == str(theirs)


def find_differences(name: str, rows: list[dict[str, Any]], filters: dict[str, Any]) -> list[str]:
    """Return fields that differ from the recorded rows, with both values."""
    kind, before = FILTERS[name]
    found = []
    for _, field, path in (entry for entry in list_fields(filters) if entry[0] == name):
        if not path.startswith(before) or field in ELSEWHERE:
            continue
        for row in rows:
            theirs = get_value(row, path.removeprefix(before))
            ours = getattr(kind.model_validate(row), map_field(name, field))
            if not is_same(ours, theirs):
                found.append(f"{field}: {ours!r} is not {theirs!r}")
    return found


def test_recorded_following(recorded: Recorded, filters: dict[str, Any]) -> None:
    page = recorded("user_following_list_first13")
    assert len(LATEST.read_rows(page)) == 13
    assert find_differences("UserFollowingFilter", LATEST.read_rows(page), filters) == []
    assert (LATEST.is_last_page(page), LATEST.next_page(page).position) == (False, 1579930160)


def test_recorded_followers(recorded: Recorded, filters: dict[str, Any]) -> None:
    page, first = recorded("user_follower_list_first13"), FOLLOWERS[1](sec_user_id="MS4w")
    assert len(first.read_rows(page)) == 13
    assert find_differences("UserFollowerFilter", first.read_rows(page), filters) == []
    assert (first.is_last_page(page), first.next_page(page).position) == (False, 1536555252)


def test_private_user_in_a_list_is_ok(recorded: Recorded) -> None:
    rows = recorded("user_follower_list_first13")["followers"]
    secret = [row for row in rows if row["secret"]]
    assert len(secret) == 2
    assert {ListedUser.model_validate(row).state for row in secret} == {Outcome.OK}
    assert {User.model_validate(row).state for row in secret} == {Outcome.PRIVATE}


def test_recorded_profiles_are_listed_users_too(recorded: Recorded) -> None:
    for number, row in enumerate(recorded("user_profile_objects_8")):
        user = ListedUser.model_validate({"sec_uid": f"MS4w{number}"} | row)
        assert (user.uid, user.nickname) == (row["uid"], row["nickname"])
        assert user.follower_count == row["follower_count"]
        assert user.back_cover == get_value(row, "cover_url.0.url_list.0")


def test_recorded_comments(recorded: Recorded, filters: dict[str, Any]) -> None:
    page = recorded("comment_list_first13")
    first = PostComment(aweme_id="7566380519428961766")
    rows = first.read_rows(page)
    assert len(rows) == 13
    assert find_differences("PostCommentFilter", rows, filters) == []
    assert (first.is_last_page(page), first.next_page(page).cursor) == (False, 20)
    comments = [Comment.model_validate(row) for row in rows]
    assert {comment.item_comment_total for comment in comments} == {page["total"]}
    assert [c.ip_label for c in comments] == [row["ip_label"] for row in rows]
    assert max(c.reply_count for c in comments) == 25


def test_recorded_pictures_of_comments(recorded: Recorded) -> None:
    rows = recorded("comment_list_first13")["comments"]
    pictured = [row for row in rows if row["image_list"]]
    assert len(pictured) == 2
    for row in pictured:
        comment = Comment.model_validate(row)
        [picture] = comment.list_media()
        [address] = comment.images
        assert address == row["image_list"][0]["origin_url"]["url_list"][0]
        assert (picture.kind, picture.suffix) == (MediaKind.IMAGE, "_image_1.webp")
        assert [r.codec for r in picture.renditions] == ["webp", "jpeg"]
        assert picture.renditions[0].width == row["image_list"][0]["origin_url"]["width"]


def test_recorded_comments_of_another_export(recorded: Recorded) -> None:
    """The names are those of the exporting program, the values those of the platform."""
    names = {"comment_id": "cid", "content": "text", "ip_location": "ip_label",
             "sub_comment_count": "reply_comment_total"}  # fmt: skip
    rows = recorded("comment_items_trimmed")
    assert len(rows) == 40
    for row in rows:
        user = {"uid": row["user_id"], "sec_uid": row["sec_uid"], "nickname": row["nickname"]}
        comment = Comment.model_validate(
            {names.get(k, k): v for k, v in row.items()} | {"user": user}
        )
        assert (comment.id, comment.comment_text) == (row["comment_id"], row["content"])
        assert str(comment.reply_count) == row["sub_comment_count"]
        assert (comment.uid, str(comment.digg_count)) == (row["user_id"], row["digg_count"])
        assert comment.create_time == datetime.fromtimestamp(row["create_time"], UTC)


# Constructed


def test_only_ids_are_required() -> None:
    comment = Comment.model_validate({"cid": "7"})
    assert (comment.key, comment.create_time, comment.list_media()) == (
        "douyin:comment:7",
        None,
        [],
    )
    for kind, row in ((Comment, {"cid": ""}), (ListedUser, {"uid": "7"}), (Guest, {"id": ""})):
        with pytest.raises(ValidationError):
            kind.model_validate(row)


def test_null_in_every_field_is_still_a_row(recorded: Recorded) -> None:
    for row in recorded("comment_list_first13")["comments"]:
        assert Comment.model_validate(dict.fromkeys(row) | {"cid": row["cid"]}).list_media() == []
    for row in recorded("user_follower_list_first13")["followers"]:
        assert ListedUser.model_validate(dict.fromkeys(row) | {"sec_uid": row["sec_uid"]}).id


def test_a_reply_names_its_parents() -> None:
    reply = Comment.model_validate({
        "cid": "9", "reply_id": "7", "reply_to_reply_id": "8", "reply_to_userid": "5",
        "reply_to_username": "路人", "reply_to_user_sec_id": "MS4w",
    })  # fmt: skip
    assert (reply.reply_id, reply.reply_to_reply_id) == ("7", "8")
    assert (reply.reply_to_uid, reply.reply_to_nickname) == ("5", "路人")
    assert Comment.model_validate({"cid": "7", "reply_id": "0"}).reply_id == ""


def test_sticker_is_a_file() -> None:
    moving = {"url_list": ["http://p.example/moving.webp"]}
    sticker = {"animate_url": moving, "static_url": {"url_list": ["https://p.example/still"]}}
    comment = Comment.model_validate({"cid": "7", "sticker": sticker})
    assert comment.sticker_url == "https://p.example/moving.webp"
    [file] = comment.list_media()
    assert (file.kind, file.suffix) == (MediaKind.IMAGE, "_sticker.webp")
    assert "sticker" not in comment.model_dump()
