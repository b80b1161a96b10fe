"""Pages of three generations become the same items as the interfaces' answers."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from support.recordings import Recorded

from f2scrapy.api.verdict import of_page
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.tiktok.endpoints.live import LiveEnter
from f2scrapy.platforms.tiktok.endpoints.posts import PostDetail
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.live import LiveRoom
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import User
from f2scrapy.platforms.tiktok.pages import context, detail, live, page_data, profile

UNIVERSAL = "__UNIVERSAL_DATA_FOR_REHYDRATION__"


def script(name: str, data: Any) -> str:
    inner = json.dumps(data, ensure_ascii=False).replace("</", "<\\u002F")
    return f'<script id="{name}" type="application/json">{inner}</script>'


def html(name: str, data: Any) -> str:
    """A page as the platform sends it."""
    return f"<!DOCTYPE html><html><body>{script(name, data)}<script>let x=1</script></body></html>"


def scope(**blocks: Any) -> str:
    named = {f"webapp.{name.replace('_', '-')}": block for name, block in blocks.items()}
    return html(UNIVERSAL, {"__DEFAULT_SCOPE__": named})


@pytest.fixture(scope="module")
def shown(recorded: Recorded) -> Callable[[str], str]:
    """A recorded page."""
    names = {
        "video_page_default_scope": UNIVERSAL,
        "user_page_default_scope": UNIVERSAL,
        "user_page_sigi_state_2023": "SIGI_STATE",
        "live_page_state": "SIGI_STATE",
    }
    return lambda name: html(names[name], recorded(name))


Shown = Callable[[str], str]


def test_work_of_a_page(shown: Shown) -> None:
    answer = detail(page_data(shown("video_page_default_scope")))
    post = Post.read(answer["itemInfo"]["itemStruct"])
    assert (answer["statusCode"], post.key) == (0, "tiktok:post:7521856457989177239")
    assert post.create_time == datetime(2025, 7, 9, 3, 30, 45, tzinfo=UTC)
    assert (post.play_count, post.collect_count) == (9400000, 13833)
    assert post.original_language == "vie-VN"


def test_user_of_a_page(shown: Shown) -> None:
    answer = profile(page_data(shown("user_page_default_scope")))
    user = User.read(answer["userInfo"])
    assert (answer["statusCode"], user.uid) == (0, "7095768915925431859")
    assert (user.aweme_count, user.follower_count, user.total_favorited) == (1070, 843410, 12580631)
    assert (user.friend_count, user.language, user.download_setting) == (42, "vi", 3)
    assert user.register_time == datetime(2022, 4, 27, 11, 35, 39, tzinfo=UTC)


def test_user_of_a_page_of_2023(shown: Shown) -> None:
    answer = profile(page_data(shown("user_page_sigi_state_2023")))
    user = User.read(answer["userInfo"])
    assert (answer["statusCode"], user.uid) == (0, "6876856863108336726")
    assert (user.aweme_count, user.follower_count, user.region) == (244, 838500, "US")
    assert user.bio_link == "www.thenikosknife.com/products/the-nikos-knife/"
    assert (user.tt_seller, user.commerce_category) == (True, "Shopping & Retail")
    assert (user.register_time, user.state) == (None, Outcome.OK)


def test_room_of_a_page(shown: Shown) -> None:
    answer = live(page_data(shown("live_page_state")))
    room = LiveRoom.read(answer["data"])
    assert (answer["statusCode"], room.room_id, room.on_air) == (0, "7521465059755937922", True)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("video_page_default_scope", "VN"),
        ("user_page_default_scope", "VN"),
        ("user_page_sigi_state_2023", "PK"),
    ],
)
def test_who_asks(shown: Shown, name: str, region: str) -> None:
    told = context(page_data(shown(name)))
    assert (told["language"], told["region"], told["appId"]) == ("en", region, 1180)
    assert {"wid", "webIdCreatedTime", "odinId"} <= set(told)


# Not recorded


def test_the_oldest_pages_hold_the_answer_itself() -> None:
    inside = {"itemInfo": {"itemStruct": {"id": "7"}}, "statusCode": 0, "isMobile": False}
    page = html("__NEXT_DATA__", {"props": {"pageProps": inside}})
    assert detail(page_data(page)) == {"itemInfo": inside["itemInfo"], "statusCode": 0}
    user = {"userInfo": {"user": {"secUid": "MS4w"}, "stats": {"videoCount": 3}}}
    page = html("__NEXT_DATA__", {"props": {"pageProps": user}})
    assert User.read(profile(page_data(page))["userInfo"]).aweme_count == 3


def test_work_of_a_page_of_2023() -> None:
    state = {"VideoPage": {"statusCode": 0}, "ItemModule": {"7": {"id": "7", "author": "nasa"}}}
    answer = detail(page_data(html("SIGI_STATE", state)))
    assert Post.read(answer["itemInfo"]["itemStruct"]).unique_id == "nasa"


@pytest.mark.parametrize(
    ("read", "page"),
    [
        (detail, scope(video_detail={"statusCode": 10204, "statusMsg": "item doesn't exist"})),
        (profile, scope(user_detail={"statusCode": 10204, "statusMsg": "item doesn't exist"})),
        (detail, html("SIGI_STATE", {"VideoPage": {"statusCode": 10204}})),
        (profile, html("SIGI_STATE", {"UserPage": {"statusCode": 10204, "uniqueId": "x"}})),
    ],
)
def test_a_refusal_on_a_page_is_one(read: Callable[[Any], Any], page: str) -> None:
    answer = read(page_data(page))
    assert answer["statusCode"] == 10204
    assert not {"itemInfo", "userInfo"} & set(answer)
    refused = PostDetail(item_id="7").refusal(answer)
    assert refused is not None
    assert refused.outcome is Outcome.DELETED
    assert "none for this address" in refused.detail, "others met it where they were blocked"


def test_several_scripts_on_one_page_are_read_together() -> None:
    room = {"LiveRoom": {"liveRoomUserInfo": {"user": {"uniqueId": "nasa", "roomId": "7"}}}}
    page = script("SIGI_STATE", room) + scope(app_context={"region": "VN"})
    assert LiveRoom.read(live(page_data(page))["data"]).unique_id == "nasa"
    assert context(page_data(page)) == {"region": "VN"}


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html><title>tiktok-verify-page</title></html>",
        f'<script id="{UNIVERSAL}">{{"a</script>',
        '<script id="SIGI_STATE">[1]</script>',
        f'<script id="{UNIVERSAL}">{{}}</script>',
    ],
)
def test_page_without_data_is_refused(page: str) -> None:
    with pytest.raises(ProtocolError, match="the page"):
        page_data(page)


@pytest.mark.parametrize("read", [detail, profile, live])
def test_another_page_is_named_as_such(read: Callable[[Any], Any]) -> None:
    others: list[dict[str, Any]]
    others = [{"app_context": {}}, {"user_detail": None}, {"video_detail": "?"}]
    for blocks in others:
        with pytest.raises(ProtocolError, match="not on this page"):
            read(page_data(scope(**blocks)))


# What stands in for an interface


def test_page_answers_for_its_interface(shown: Shown) -> None:
    work = PostDetail(item_id="7521856457989177239")
    [row] = work.rows_of(work.from_page(shown("video_page_default_scope")))
    assert Post.read(row).id == work.item_id
    user = UserProfile(unique_id="ewwnztngtnzwww")
    assert user.page() == "https://www.tiktok.com/@ewwnztngtnzwww"
    [row] = user.rows_of(user.from_page(shown("user_page_sigi_state_2023")))
    assert User.read(row).unique_id == user.unique_id
    room = LiveEnter(unique_id="gwkkbw_kwnxgeek")
    [row] = room.rows_of(room.from_page(shown("live_page_state")))
    assert LiveRoom.read(row).unique_id == room.unique_id


@pytest.mark.parametrize(
    ("endpoint", "page"),
    [
        (PostDetail(item_id="7"), "video_page_default_scope"),
        (UserProfile(unique_id="nobody"), "user_page_default_scope"),
        (LiveEnter(unique_id="nobody"), "live_page_state"),
    ],
)
def test_page_of_another_is_no_answer(shown: Shown, endpoint: Endpoint, page: str) -> None:
    told = of_page(endpoint.from_page(shown(page)), endpoint)
    assert (told.outcome, told.seen) == (
        Outcome.SERVER_ERROR, "the answer is about something else"
    )  # fmt: skip
