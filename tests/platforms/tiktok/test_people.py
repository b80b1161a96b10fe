"""Users, comments, playlists, live rooms and search results of TikTok keep all fields."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic.alias_generators import to_snake
from support.recordings import Recorded, get_value

from f2scrapy.api.verdict import classify_answer
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.item import Item
from f2scrapy.model.media import MediaKind
from f2scrapy.platforms.tiktok.endpoints.posts import CreatorPosts, UserPost
from f2scrapy.platforms.tiktok.endpoints.search import GeneralSearch, ItemSearch
from f2scrapy.platforms.tiktok.endpoints.users import UserFollower, UserProfile
from f2scrapy.platforms.tiktok.items.comments import Comment
from f2scrapy.platforms.tiktok.items.live import LiveRoom, RoomOnAir
from f2scrapy.platforms.tiktok.items.mixes import Playlist
from f2scrapy.platforms.tiktok.items.search import FoundPost, FoundUser, SearchResult
from f2scrapy.platforms.tiktok.items.users import Liker, ListedUser, User

# Filter of F2 → class of item, and the prefix of a row's paths.
FILTERS: dict[str, tuple[type[Item], str]] = {
    "UserProfileFilter": (User, "$.userInfo."),
    "UserPlayListFilter": (Playlist, "$.playList[*]."),
    "UserLiveFilter": (LiveRoom, "$.data."),
    "CheckLiveAliveFilter": (RoomOnAir, "$.data[*]."),
}
# Fields of F2 under another name than their own in snake_case.
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
    "api_status_code": "of the answer: classified before items are parsed",
    "hasPlayList": "of the answer: whether there are rows",
    "hasMore": "paging belongs to the endpoint",
    "has_live": "of the answer: without a room there is no room_id",
}


def list_fields(filters: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield filter, field and path of all fields in F2."""
    works = {"PostDetailFilter", "PostSearchFilter"}
    works |= {f"User{name}Filter" for name in ("Post", "Collect", "Mix", "Like")}
    known = {name.removeprefix("tiktok.") for name in filters if name.startswith("tiktok.")}
    assert known == {*FILTERS, *works}
    for name in FILTERS:
        for field, facts in filters[f"tiktok.{name}"]["fields"].items():
            if field not in ELSEWHERE:
                yield name, field.removesuffix("_raw"), facts["path"]


def map_field(name: str, field: str) -> str:
    return RENAMED.get(f"{name}.{field}", RENAMED.get(field, to_snake(field)))


def test_every_field_of_f2_is_here_or_has_a_reason(filters: dict[str, Any]) -> None:
    known = {(name, field) for name, field, _ in list_fields(filters)}
    assert len(known) == 46
    lost = [
        (name, field) for name, field in known
        if map_field(name, field) not in FILTERS[name][0].model_fields
    ]  # fmt: skip
    assert lost == []


# Recordings


def find_differences(name: str, row: Any, filters: dict[str, Any]) -> list[str]:
    """Return fields that differ from the row, with both values; counts are exact."""
    item, before = FILTERS[name][0].parse(row), FILTERS[name][1]
    lost = []
    for filter_, field, path in list_fields(filters):
        if filter_ != name or map_field(name, field) == "streams":
            continue
        place = path.removeprefix(before)
        exact = get_value(row, place.replace("stats.", "statsV2.", 1))
        theirs = get_value(row, place) if exact is None else exact
        ours = getattr(item, map_field(name, field))
        ours = int(ours.timestamp()) if isinstance(ours, datetime) else ours
        if theirs is not None and str(ours) != str(theirs):
            lost.append(f"{field}: {ours!r} is not {theirs!r}")
    return lost


def test_recorded_profile(recorded: Recorded, filters: dict[str, Any]) -> None:
    row = recorded("user_detail")["userInfo"]
    assert find_differences("UserProfileFilter", row, filters) == []
    user = User.parse(row)
    assert user.key == f"tiktok:user:{row['user']['secUid']}"
    assert (user.aweme_count, user.follower_count, user.total_favorited) == (1605, 427682, 6764096)
    assert (user.friend_count, user.following_visibility) == (53, 1)
    assert (user.commerce_user, user.commerce_category) == (True, "Travel & Tourism")
    assert (user.show_play_list_tab, user.state) == (False, Outcome.OK)
    assert Liker.parse(row).state is Outcome.PRIVATE


def test_recorded_pages_of_users(recorded: Recorded, filters: dict[str, Any]) -> None:
    page = recorded("user_page_default_scope")["__DEFAULT_SCOPE__"]["webapp.user-detail"]
    assert find_differences("UserProfileFilter", page["userInfo"], filters) == []


def test_recorded_list_of_users(recorded: Recorded) -> None:
    rows = recorded("user_list_following")["userList"]
    users = [ListedUser.parse(row) for row in rows]
    assert [user.uid for user in users] == [row["user"]["id"] for row in rows]
    assert users[0].total_favorited == 154503
    assert {user.state for user in users} == {Outcome.OK}


def list_comments(recorded: Recorded) -> list[dict[str, Any]]:
    pages = ("comment_list_2024_first30", "comment_list_2026_first13")
    rows: list[dict[str, Any]] = recorded("comment_items_2023")
    return rows + [row for name in pages for row in recorded(name)["comments"]]


def test_recorded_comments(recorded: Recorded) -> None:
    rows = list_comments(recorded)
    assert len(rows) == 83
    for row in rows:
        comment = Comment.parse(row)
        assert comment.key == f"tiktok:comment:{row['cid']}"
        assert (comment.aweme_id, comment.comment_text) == (row["aweme_id"], row["text"])
        assert comment.create_time == datetime.fromtimestamp(row["create_time"], UTC)
        assert (comment.digg_count, comment.reply_count) == (
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
    replies = [row["reply_comment"] for row in list_comments(recorded) if row["reply_comment"]]
    assert len(replies) == 20
    for row, *_ in replies:
        assert Comment.parse(row).reply_id == row["reply_id"]
    parents = [Comment.parse(row) for row in list_comments(recorded) if row["reply_comment"]]
    assert [parent.reply_comment_id for parent in parents] == [row["cid"] for row, *_ in replies]


def test_recorded_pictures_of_comments(recorded: Recorded) -> None:
    rows = [row for row in list_comments(recorded) if row["image_list"]]
    assert rows
    for row in rows:
        [picture] = Comment.parse(row).list_media()
        assert (picture.kind, picture.asset) == (MediaKind.IMAGE, "image_1")
        assert picture.renditions[0].width == row["image_list"][0]["origin_url"]["width"]


# Live rooms


@pytest.fixture(scope="module")
def room_row(recorded: Recorded) -> Any:
    return recorded("live_page_state")["LiveRoom"]["liveRoomUserInfo"]


def test_recorded_room(room_row: Any, filters: dict[str, Any]) -> None:
    assert find_differences("UserLiveFilter", room_row, filters) == []
    room = LiveRoom.parse(room_row)
    assert (room.key, room.on_air) == ("tiktok:live:7521465059755937922", True)
    assert room.create_time == datetime(2025, 7, 10, 6, 50, 37, tzinfo=UTC)
    assert (room.user_count, room.total_user_count, room.live_room_mode) == (152, 2477, 6)
    assert (room.game_tag_id, room.is_sub_only, room.follower_count) == ("125", False, 93297)


def test_streams_of_a_recorded_room(room_row: Any) -> None:
    streams = LiveRoom.parse(room_row).streams
    names = ("origin", "uhd_60", "hd_60", "hd", "sd", "ld", "ao")
    assert [stream.quality for stream in streams] == [name for name in names for _ in "12"]
    assert [stream.codec for stream in streams] == ["h264", "h265"] * 6 + ["h264"] * 2
    pull_data = json.loads(room_row["liveRoom"]["streamData"]["pull_data"]["stream_data"])
    best = pull_data["data"]["origin"]["main"]
    assert (streams[0].flv, streams[0].hls) == (best["flv"], best["hls"])
    assert (streams[0].width, streams[0].height, streams[0].bit_rate) == (1920, 1080, 1000000)
    assert streams[-1].width == 0
    assert streams[-1].flv.endswith("only_audio=1")


def test_the_main_line_of_a_quality_comes_first() -> None:
    offered = {"hd": {"backup": {"flv": "b"}, "main": {"flv": "a"}}, "origin": {"backup": {}}}
    pull = {"stream_data": {"data": offered | {"new": {"main": {}}, "sd": None}}}
    room = {"streamData": {"pull_data": pull}}
    streams = LiveRoom.parse({"user": {"roomId": "7"}, "liveRoom": room}).streams
    lines = [(stream.quality, stream.line) for stream in streams]
    assert lines == [("origin", "backup"), ("hd", "main"), ("hd", "backup"), ("new", "main")]


def test_rooms_that_are_not_on_air() -> None:
    over = LiveRoom.parse({"user": {"roomId": "7", "uniqueId": "nasa"}, "liveRoom": {"status": 4}})
    assert (over.on_air, over.streams, over.live_status) == (False, [], 4)
    never = LiveRoom.parse({"user": {"uniqueId": "nasa", "roomId": ""}, "liveRoom": None})
    assert (never.id, never.room_id, never.on_air) == ("nasa", "", False)
    with pytest.raises(ProtocolError, match="without id"):
        LiveRoom.parse({"user": {}})
    broken = {"streamData": {"pull_data": {"stream_data": "{"}}}
    with pytest.raises(ProtocolError, match="liveRoom"):
        LiveRoom.parse({"user": {"roomId": "7"}, "liveRoom": broken})


def test_rooms_of_one_request() -> None:
    """Not recorded; in the shape that F2 expects."""
    rows = [{"alive": True, "room_id": 7, "room_id_str": "7"}, {"alive": False, "room_id": 8}]
    rooms = [RoomOnAir.parse(row) for row in rows]
    assert [(room.id, room.on_air) for room in rooms] == [("7", True), ("8", False)]
    with pytest.raises(ProtocolError, match="alive"):
        RoomOnAir.parse({"room_id": 7})


def test_playlists() -> None:
    """Not recorded; in the shape that F2 expects."""
    playlist = Playlist.parse({"mixId": 7, "mixName": "Moon", "videoCount": 3})
    assert (playlist.key, playlist.mix_name, playlist.video_count) == (
        "tiktok:playlist:7", "Moon", 3,
    )  # fmt: skip
    with pytest.raises(ProtocolError, match="mixId"):
        Playlist.parse({"mixName": "Moon"})


# Searches


def test_recorded_general_search(recorded: Recorded) -> None:
    page = recorded("search_general_2026_first7")
    rows = GeneralSearch(keyword="moon", offset=12).read_rows(page)
    found = [SearchResult.from_row(row) for row in rows]
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
    found = [SearchResult.from_row(row) for row in first.read_rows(page)]
    assert [item.id for item in found] == [card["common"]["doc_id_str"] for card in page["data"]]
    assert (first.is_last_page(page), first.next_page(page).offset) == (False, 24)
    assert first.next_page(page).search_id == page["extra"]["logid"]


def test_other_search_results() -> None:
    page = {"item_list": [{"id": "7", "desc": "x"}], "backtrace": "b", "extra": {"logid": "l"}}
    [row] = ItemSearch(keyword="moon").read_rows(page)
    post = SearchResult.from_row(row)
    assert isinstance(post, FoundPost)
    assert (post.id, post.backtrace, post.search_id) == ("7", "b", "l")
    [row] = GeneralSearch(keyword="moon").read_rows({"data": [{"type": 99, "common": None}]})
    card = SearchResult.from_row(row)
    assert (type(card), card.id) == (SearchResult, "moon@0")


# Constructed


def test_only_ids_are_required() -> None:
    user = User.parse({"user": {"secUid": "MS4w"}})
    assert (user.aweme_count, user.open_favorite, user.state) == (None, None, Outcome.OK)
    for kind, row in ((User, {"user": {"id": "7"}}), (Comment, {"cid": ""}), (FoundUser, {})):
        with pytest.raises(ProtocolError):
            kind.parse(row)


def test_null_in_every_field_is_still_a_row(recorded: Recorded, room_row: Any) -> None:
    for row in list_comments(recorded):
        assert Comment.parse(dict.fromkeys(row) | {"cid": row["cid"]}).list_media() == []
    user = recorded("user_detail")["userInfo"]
    bare = dict.fromkeys(user["user"]) | {"secUid": "MS4w"}
    assert User.parse({"user": bare, "stats": None, "statsV2": None}).id == "MS4w"
    hollow = {"user": dict.fromkeys(room_row["user"]) | {"roomId": "7"}, "stats": None}
    assert LiveRoom.parse(hollow | {"liveRoom": dict.fromkeys(room_row["liveRoom"])}).id == "7"


@pytest.mark.parametrize(
    ("fields_sent", "state", "likes"),
    [
        ({}, Outcome.OK, Outcome.PRIVATE),
        ({"openFavorite": False}, Outcome.OK, Outcome.PRIVATE),
        ({"openFavorite": True}, Outcome.OK, Outcome.OK),
        ({"privateAccount": True}, Outcome.PRIVATE, Outcome.PRIVATE),
        ({"privateAccount": True, "relation": 1}, Outcome.OK, Outcome.PRIVATE),
        ({"secret": True}, Outcome.PRIVATE, Outcome.PRIVATE),
    ],
)
def test_state_of_a_user(fields_sent: Any, state: Outcome, likes: Outcome) -> None:
    row = {"user": {"secUid": "MS4w", **fields_sent}}
    assert User.parse(row).state is state
    assert Liker.parse(row).state is likes
    assert ListedUser.parse(row).state is Outcome.OK
    counted = Liker.parse({**row, "stats": {"diggCount": 3}}).state
    assert counted is (state if fields_sent.get("openFavorite", True) else likes)


@pytest.mark.parametrize(
    ("cursors", "following"),
    [
        ({"minCursor": 1700000000}, (0, 1700000000)),
        ({"maxCursor": None, "minCursor": 1700000000}, (0, 1700000000)),
        ({"maxCursor": 0, "minCursor": 1700000000}, (0, 1700000000)),
        ({"maxCursor": "", "minCursor": "1700000000"}, (0, 1700000000)),
        ({"maxCursor": {}, "minCursor": 1700000000}, (0, 1700000000)),
        ({"maxCursor": -1, "minCursor": 1700000000}, (-1, 1700000000)),
        ({"maxCursor": 1700000000}, (1700000000, 0)),
    ],
)
def test_followers_go_on_by_the_cursor_that_moves(
    cursors: dict[str, Any], following: tuple[int, int]
) -> None:
    first = UserFollower(sec_user_id="MS4w")
    second = first.next_page({"userList": [{}], "hasMore": True, **cursors})
    assert (second.max_cursor, second.min_cursor) == following
    assert second.position == 1700000000
    assert second.page_key != first.page_key


def test_followers_without_any_cursor_cannot_go_on() -> None:
    with pytest.raises(ProtocolError, match="maxCursor, minCursor: cannot go on at None"):
        UserFollower(sec_user_id="MS4w").next_page({"hasMore": True})


def test_follower_list_of_a_recording(truth) -> None:  # type: ignore[no-untyped-def]
    answer = truth("tiktok_user_list_followers")
    first = UserFollower(sec_user_id="MS4w")
    verdict = classify_answer(answer, first)
    assert (verdict.outcome, len(first.read_rows(answer))) == (Outcome.OK, 1)
    following = first.next_page(answer)
    right = answer["_right"]
    assert (following.min_cursor, following.max_cursor) == (right["minCursor"], right["maxCursor"])


def test_status_10221_is_no_such_user(truth) -> None:  # type: ignore[no-untyped-def]
    verdict = classify_answer(truth("tiktok_status_10221"), UserProfile(unique_id="nosuch"))
    assert verdict.outcome is Outcome.DELETED
    assert "check the name" in verdict.detail


NOW_MS = 1_795_000_000_000
WEEK_MS = 7 * 86_400_000


@pytest.mark.parametrize(
    ("times", "cursor"),
    [
        ([1_794_000_002, 1_794_000_000], 1_794_000_001_000),
        (["1794000000"], 1_794_000_001_000),
        ([], NOW_MS - WEEK_MS),
        ([NOW_MS // 1000], NOW_MS - 0),
        ([NOW_MS // 1000 + 10], NOW_MS + 11_000),  # this machine's clock is behind
    ],
)
def test_creator_list_goes_on_at_the_oldest_work(times: list[Any], cursor: int) -> None:
    first = UserPost(sec_user_id="MS4w").build_second_way(NOW_MS)
    assert (first.cursor, first.url) == (NOW_MS, "https://www.tiktok.com/api/creator/item_list/")
    rows = [{"id": "1", "createTime": time} for time in times]
    answer = {"itemList": rows, "hasMorePrevious": True}
    assert not first.is_last_page(answer)
    assert first.next_page(answer).cursor == cursor


def test_creator_list_ends_before_tiktok_began() -> None:
    old = CreatorPosts(sec_user_id="MS4w", cursor=1_472_705_999_999)
    assert old.is_last_page({"itemList": [], "hasMorePrevious": True})
    assert UserPost(sec_user_id="MS4w", cursor=7).build_second_way(NOW_MS).cursor == 7
