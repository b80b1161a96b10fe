"""Users, comments, playlists, live rooms and findings of TikTok keep all that is said of them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic.alias_generators import to_snake
from support.recordings import Recorded, value_at

from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.item import Item
from f2scrapy.model.media import MediaKind
from f2scrapy.platforms.tiktok.endpoints.search import GeneralSearch, ItemSearch
from f2scrapy.platforms.tiktok.items.comments import Comment
from f2scrapy.platforms.tiktok.items.live import LiveRoom, RoomOnAir
from f2scrapy.platforms.tiktok.items.mixes import Playlist
from f2scrapy.platforms.tiktok.items.search import FoundPost, FoundUser, SearchResult
from f2scrapy.platforms.tiktok.items.users import Liker, ListedUser, User

# F2's filter: our item, and what stands before a row in its paths.
FILTERS: dict[str, tuple[type[Item], str]] = {
    "UserProfileFilter": (User, "$.userInfo."),
    "UserPlayListFilter": (Playlist, "$.playList[*]."),
    "UserLiveFilter": (LiveRoom, "$.data."),
    "CheckLiveAliveFilter": (RoomOnAir, "$.data[*]."),
}
# Where each of its fields is: under the same name in snake_case, or …
RENAMED = {
    "secUid": "sec_user_id",
    "diggCount": "favoriting_count",
    "heartCount": "total_favorited",
    "UserProfileFilter.videoCount": "aweme_count",
    "privateAccount": "is_secret",
    "relation": "follow_status",
    "is_alive": "on_air",
    "user_avatar_larger": "avatar_large",
    "user_id": "uid",
    "user_secUid": "sec_user_id",
    "user_uniqueId": "unique_id",
    "user_secret": "is_secret",
    "user_verified": "verified",
    "user_signature": "signature",
    "live_following_count": "following_count",
    "live_follower_count": "follower_count",
    "live_user_count": "user_count",
    "live_title": "title",
    "live_startTime": "create_time",
    "live_coverUrl": "cover",
    "live_room_id": "room_id",
    "live_stream_id": "stream_id",
    "live_qualities": "streams",
    "live_stream_data": "streams",
    "live_flv_url": "streams",
    "live_hls_url": "streams",
}
ELSEWHERE = {
    "api_status_code": "of the answer: judged before items are made",
    "hasPlayList": "of the answer: whether there are rows",
    "hasMore": "paging belongs to the endpoint",
    "has_live": "of the answer: without a room there is no room_id",
}


def fields(filters: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Filter, field and path of everything F2 knows of them."""
    works = {"PostDetailFilter", "PostSearchFilter"}
    works |= {f"User{name}Filter" for name in ("Post", "Collect", "Mix", "Like")}
    known = {name.removeprefix("tiktok.") for name in filters if name.startswith("tiktok.")}
    assert known == {*FILTERS, *works}
    for name in FILTERS:
        for field, facts in filters[f"tiktok.{name}"]["fields"].items():
            if field not in ELSEWHERE:
                yield name, field.removesuffix("_raw"), facts["path"]


def attribute(name: str, field: str) -> str:
    return RENAMED.get(f"{name}.{field}", RENAMED.get(field, to_snake(field)))


def test_every_field_of_f2_is_here_or_has_a_reason(filters: dict[str, Any]) -> None:
    known = {(name, field) for name, field, _ in fields(filters)}
    assert len(known) == 46
    lost = [
        (name, field) for name, field in known
        if attribute(name, field) not in FILTERS[name][0].model_fields
    ]  # fmt: skip
    assert lost == []


# Recordings


def differing(name: str, row: Any, filters: dict[str, Any]) -> list[str]:
    """Fields that hold another value than the row, with the values; counts are the exact ones."""
    item, before = FILTERS[name][0].read(row), FILTERS[name][1]
    lost = []
    for filter_, field, path in fields(filters):
        if filter_ != name or attribute(name, field) == "streams":
            continue
        place = path.removeprefix(before)
        exact = value_at(row, place.replace("stats.", "statsV2.", 1))
        theirs = value_at(row, place) if exact is None else exact
        ours = getattr(item, attribute(name, field))
        ours = int(ours.timestamp()) if isinstance(ours, datetime) else ours
        if theirs is not None and str(ours) != str(theirs):
            lost.append(f"{field}: {ours!r} is not {theirs!r}")
    return lost


def test_recorded_profile(recorded: Recorded, filters: dict[str, Any]) -> None:
    row = recorded("user_detail")["userInfo"]
    assert differing("UserProfileFilter", row, filters) == []
    user = User.read(row)
    assert user.key == f"tiktok:user:{row['user']['secUid']}"
    assert (user.aweme_count, user.follower_count, user.total_favorited) == (1605, 427682, 6764096)
    assert (user.friend_count, user.following_visibility) == (53, 1)
    assert (user.commerce_user, user.commerce_category) == (True, "Travel & Tourism")
    assert (user.show_play_list_tab, user.state) == (False, Outcome.OK)
    assert Liker.read(row).state is Outcome.PRIVATE


def test_recorded_pages_of_users(recorded: Recorded, filters: dict[str, Any]) -> None:
    page = recorded("user_page_default_scope")["__DEFAULT_SCOPE__"]["webapp.user-detail"]
    assert differing("UserProfileFilter", page["userInfo"], filters) == []


def test_recorded_list_of_users(recorded: Recorded) -> None:
    rows = recorded("user_list_following")["userList"]
    users = [ListedUser.read(row) for row in rows]
    assert [user.uid for user in users] == [row["user"]["id"] for row in rows]
    assert users[0].total_favorited == 154503
    assert {user.state for user in users} == {Outcome.OK}


def comments_in(recorded: Recorded) -> list[dict[str, Any]]:
    pages = ("comment_list_2024_first30", "comment_list_2026_first13")
    rows: list[dict[str, Any]] = recorded("comment_items_2023")
    return rows + [row for name in pages for row in recorded(name)["comments"]]


def test_recorded_comments(recorded: Recorded) -> None:
    rows = comments_in(recorded)
    assert len(rows) == 83
    for row in rows:
        comment = Comment.read(row)
        assert comment.key == f"tiktok:comment:{row['cid']}"
        assert (comment.aweme_id, comment.comment_text) == (row["aweme_id"], row["text"])
        assert comment.create_time == datetime.fromtimestamp(row["create_time"], UTC)
        assert (comment.digg_count, comment.hanging) == (
            row["digg_count"], row["reply_comment_total"],
        )  # fmt: skip
        user = row["user"]
        assert (comment.uid, comment.sec_user_id) == (user["uid"], user["sec_uid"])
        assert (comment.nickname, comment.unique_id) == (user["nickname"], user["unique_id"])
        assert comment.comment_language == row["comment_language"]
        assert comment.is_author_digged == row["is_author_digged"]
        assert comment.avatar_thumb == user["avatar_thumb"]["url_list"][0]
        assert comment.labels == [label["text"] for label in row["label_list"] or []]
        assert (comment.reply_id, comment.reply_to_reply_id) == ("", "")


def test_recorded_replies_are_comments(recorded: Recorded) -> None:
    shown = [row["reply_comment"] for row in comments_in(recorded) if row["reply_comment"]]
    assert len(shown) == 20
    for row, *_ in shown:
        assert Comment.read(row).reply_id == row["reply_id"]
    parents = [Comment.read(row) for row in comments_in(recorded) if row["reply_comment"]]
    assert [parent.reply_comment_id for parent in parents] == [row["cid"] for row, *_ in shown]


def test_recorded_pictures_of_comments(recorded: Recorded) -> None:
    rows = [row for row in comments_in(recorded) if row["image_list"]]
    assert rows
    for row in rows:
        [picture] = Comment.read(row).media()
        assert (picture.kind, picture.asset) == (MediaKind.IMAGE, "image_1")
        assert picture.renditions[0].width == row["image_list"][0]["origin_url"]["width"]


# Live rooms


@pytest.fixture(scope="module")
def room_row(recorded: Recorded) -> Any:
    return recorded("live_page_state")["LiveRoom"]["liveRoomUserInfo"]


def test_recorded_room(room_row: Any, filters: dict[str, Any]) -> None:
    assert differing("UserLiveFilter", room_row, filters) == []
    room = LiveRoom.read(room_row)
    assert (room.key, room.on_air) == ("tiktok:live:7521465059755937922", True)
    assert room.create_time == datetime(2025, 7, 10, 6, 50, 37, tzinfo=UTC)
    assert (room.user_count, room.total_user_count, room.live_room_mode) == (152, 2477, 6)
    assert (room.game_tag_id, room.is_sub_only, room.follower_count) == ("125", False, 93297)


def test_streams_of_a_recorded_room(room_row: Any) -> None:
    streams = LiveRoom.read(room_row).streams
    names = ("origin", "uhd_60", "hd_60", "hd", "sd", "ld", "ao")
    assert [stream.quality for stream in streams] == [name for name in names for _ in "12"]
    assert [stream.codec for stream in streams] == ["h264", "h265"] * 6 + ["h264"] * 2
    told = json.loads(room_row["liveRoom"]["streamData"]["pull_data"]["stream_data"])
    best = told["data"]["origin"]["main"]
    assert (streams[0].flv, streams[0].hls) == (best["flv"], best["hls"])
    assert (streams[0].width, streams[0].height, streams[0].bit_rate) == (1920, 1080, 1000000)
    assert streams[-1].width == 0
    assert streams[-1].flv.endswith("only_audio=1")


def test_the_main_line_of_a_quality_comes_first() -> None:
    offered = {"hd": {"backup": {"flv": "b"}, "main": {"flv": "a"}}, "origin": {"backup": {}}}
    pull = {"stream_data": {"data": offered | {"new": {"main": {}}, "sd": None}}}
    room = {"streamData": {"pull_data": pull}}
    streams = LiveRoom.read({"user": {"roomId": "7"}, "liveRoom": room}).streams
    told = [(stream.quality, stream.line) for stream in streams]
    assert told == [("origin", "backup"), ("hd", "main"), ("hd", "backup"), ("new", "main")]


def test_rooms_that_are_not_on_air() -> None:
    over = LiveRoom.read({"user": {"roomId": "7", "uniqueId": "nasa"}, "liveRoom": {"status": 4}})
    assert (over.on_air, over.streams, over.live_status) == (False, [], 4)
    never = LiveRoom.read({"user": {"uniqueId": "nasa", "roomId": ""}, "liveRoom": None})
    assert (never.id, never.room_id, never.on_air) == ("nasa", "", False)
    with pytest.raises(ProtocolError, match="without id"):
        LiveRoom.read({"user": {}})
    broken = {"streamData": {"pull_data": {"stream_data": "{"}}}
    with pytest.raises(ProtocolError, match="liveRoom"):
        LiveRoom.read({"user": {"roomId": "7"}, "liveRoom": broken})


def test_rooms_that_are_asked_for_at_once() -> None:
    """Not recorded; as F2 reads them."""
    rows = [{"alive": True, "room_id": 7, "room_id_str": "7"}, {"alive": False, "room_id": 8}]
    told = [RoomOnAir.read(row) for row in rows]
    assert [(room.id, room.on_air) for room in told] == [("7", True), ("8", False)]
    with pytest.raises(ProtocolError, match="alive"):
        RoomOnAir.read({"room_id": 7})


def test_playlists() -> None:
    """Not recorded; as F2 reads them."""
    playlist = Playlist.read({"mixId": 7, "mixName": "Moon", "videoCount": 3})
    assert (playlist.key, playlist.mix_name, playlist.video_count) == (
        "tiktok:playlist:7", "Moon", 3,
    )  # fmt: skip
    with pytest.raises(ProtocolError, match="mixId"):
        Playlist.read({"mixName": "Moon"})


# Searches


def test_recorded_search_of_everything(recorded: Recorded) -> None:
    page = recorded("search_general_2026_first7")
    rows = GeneralSearch(keyword="moon", offset=12).rows_of(page)
    found = [SearchResult.of(row) for row in rows]
    kinds = [FoundPost if "item" in card else FoundUser for card in page["data"]]
    assert list(map(type, found)) == kinds
    ranks = [item.rank for item in found if isinstance(item, FoundPost | FoundUser)]
    assert ranks == list(range(12, 19))
    post, user = found[0], next(item for item in found if isinstance(item, FoundUser))
    assert isinstance(post, FoundPost)
    assert (post.search_keyword, post.search_id) == ("moon", page["extra"]["logid"])
    assert (post.card_type, post.folder) == (1, ("keyword:moon", "moon"))
    assert (user.uid, user.follower_count, user.card_type) == ("107257", 92700000, 4)
    assert (user.total_favorited, user.room_id) == (453517656, "")


def test_recorded_search_of_2025(recorded: Recorded) -> None:
    page = recorded("search_general_first8")
    first = GeneralSearch(keyword="moon")
    found = [SearchResult.of(row) for row in first.rows_of(page)]
    assert [item.id for item in found] == [card["common"]["doc_id_str"] for card in page["data"]]
    assert (first.ended(page), first.turned(page).offset) == (False, 24)
    assert first.turned(page).search_id == page["extra"]["logid"]


def test_findings_of_other_kinds() -> None:
    page = {"item_list": [{"id": "7", "desc": "x"}], "backtrace": "b", "extra": {"logid": "l"}}
    [row] = ItemSearch(keyword="moon").rows_of(page)
    post = SearchResult.of(row)
    assert isinstance(post, FoundPost)
    assert (post.id, post.backtrace, post.search_id) == ("7", "b", "l")
    [row] = GeneralSearch(keyword="moon").rows_of({"data": [{"type": 99, "common": None}]})
    card = SearchResult.of(row)
    assert (type(card), card.id) == (SearchResult, "moon@0")


# Constructed


def test_only_ids_are_promised() -> None:
    user = User.read({"user": {"secUid": "MS4w"}})
    assert (user.aweme_count, user.open_favorite, user.state) == (None, None, Outcome.OK)
    for kind, row in ((User, {"user": {"id": "7"}}), (Comment, {"cid": ""}), (FoundUser, {})):
        with pytest.raises(ProtocolError):
            kind.read(row)


def test_null_in_every_field_is_still_a_row(recorded: Recorded, room_row: Any) -> None:
    for row in comments_in(recorded):
        assert Comment.read(dict.fromkeys(row) | {"cid": row["cid"]}).media() == []
    user = recorded("user_detail")["userInfo"]
    bare = dict.fromkeys(user["user"]) | {"secUid": "MS4w"}
    assert User.read({"user": bare, "stats": None, "statsV2": None}).id == "MS4w"
    hollow = {"user": dict.fromkeys(room_row["user"]) | {"roomId": "7"}, "stats": None}
    assert LiveRoom.read(hollow | {"liveRoom": dict.fromkeys(room_row["liveRoom"])}).id == "7"


@pytest.mark.parametrize(
    ("said", "state", "likes"),
    [
        ({}, Outcome.OK, Outcome.PRIVATE),
        ({"openFavorite": False}, Outcome.OK, Outcome.PRIVATE),
        ({"openFavorite": True}, Outcome.OK, Outcome.OK),
        ({"privateAccount": True}, Outcome.PRIVATE, Outcome.PRIVATE),
        ({"privateAccount": True, "relation": 1}, Outcome.OK, Outcome.PRIVATE),
        ({"secret": True}, Outcome.PRIVATE, Outcome.PRIVATE),
    ],
)
def test_state_of_a_user(said: Any, state: Outcome, likes: Outcome) -> None:
    row = {"user": {"secUid": "MS4w", **said}}
    assert User.read(row).state is state
    assert Liker.read(row).state is likes
    assert ListedUser.read(row).state is Outcome.OK
    counted = Liker.read({**row, "stats": {"diggCount": 3}}).state
    assert counted is (state if said.get("openFavorite", True) else likes)
