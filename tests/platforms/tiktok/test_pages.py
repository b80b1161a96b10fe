"""Site pages of three generations give the same items as the interfaces."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from support.recordings import Recorded

from f2scrapy.api.verdict import classify_answer
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.tiktok.endpoints.live import LiveEnter
from f2scrapy.platforms.tiktok.endpoints.posts import PostDetail
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.live import LiveRoom
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import User
from f2scrapy.platforms.tiktok.pages import (
    parse_context,
    parse_detail,
    parse_live,
    parse_profile,
    read_page_data,
)

UNIVERSAL = "__UNIVERSAL_DATA_FOR_REHYDRATION__"


def make_script(name: str, data: Any) -> str:
    inner = json.dumps(data, ensure_ascii=False).replace("</", "<\\u002F")
    return f'<script id="{name}" type="application/json">{inner}</script>'


def make_page(name: str, data: Any) -> str:
    """Return an HTML page with data in a script element."""
    scripts = make_script(name, data) + "<script>let x=1</script>"
    return f"<!DOCTYPE html><html><body>{scripts}</body></html>"


def make_scope_page(**blocks: Any) -> str:
    named = {f"webapp.{name.replace('_', '-')}": block for name, block in blocks.items()}
    return make_page(UNIVERSAL, {"__DEFAULT_SCOPE__": named})


@pytest.fixture(scope="module")
def load_page(recorded: Recorded) -> Callable[[str], str]:
    """Return a function that wraps a recording in an HTML page."""
    names = {
        "video_page_default_scope": UNIVERSAL,
        "user_page_default_scope": UNIVERSAL,
        "user_page_sigi_state_2023": "SIGI_STATE",
        "live_page_state": "SIGI_STATE",
    }
    return lambda name: make_page(names[name], recorded(name))


LoadPage = Callable[[str], str]


def test_work_of_a_page(load_page: LoadPage) -> None:
    answer = parse_detail(read_page_data(load_page("video_page_default_scope")))
    post = Post.parse(answer["itemInfo"]["itemStruct"])
    assert (answer["statusCode"], post.key) == (0, "tiktok:post:7521856457989177239")
    assert post.create_time == datetime(2025, 7, 9, 3, 30, 45, tzinfo=UTC)
    assert (post.play_count, post.collect_count) == (9400000, 13833)
    assert post.original_language == "vie-VN"


def test_user_of_a_page(load_page: LoadPage) -> None:
    answer = parse_profile(read_page_data(load_page("user_page_default_scope")))
    user = User.parse(answer["userInfo"])
    assert (answer["statusCode"], user.uid) == (0, "7095768915925431859")
    assert (user.aweme_count, user.follower_count, user.total_favorited) == (1070, 843410, 12580631)
    assert (user.friend_count, user.language, user.download_setting) == (42, "vi", 3)
    assert user.register_time == datetime(2022, 4, 27, 11, 35, 39, tzinfo=UTC)


def test_user_of_a_page_of_2023(load_page: LoadPage) -> None:
    answer = parse_profile(read_page_data(load_page("user_page_sigi_state_2023")))
    user = User.parse(answer["userInfo"])
    assert (answer["statusCode"], user.uid) == (0, "6876856863108336726")
    assert (user.aweme_count, user.follower_count, user.region) == (244, 838500, "US")
    assert user.bio_link == "www.thenikosknife.com/products/the-nikos-knife/"
    assert (user.tt_seller, user.commerce_category) == (True, "Shopping & Retail")
    assert (user.register_time, user.state) == (None, Outcome.OK)


def test_room_of_a_page(load_page: LoadPage) -> None:
    answer = parse_live(read_page_data(load_page("live_page_state")))
    room = LiveRoom.parse(answer["data"])
    assert (answer["statusCode"], room.room_id, room.on_air) == (0, "7521465059755937922", True)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("video_page_default_scope", "VN"),
        ("user_page_default_scope", "VN"),
        ("user_page_sigi_state_2023", "PK"),
    ],
)
def test_context_of_a_page(load_page: LoadPage, name: str, region: str) -> None:
    context = parse_context(read_page_data(load_page(name)))
    assert (context["language"], context["region"], context["appId"]) == ("en", region, 1180)
    assert {"wid", "webIdCreatedTime", "odinId"} <= set(context)


# Not recorded


def test_the_oldest_pages_hold_the_answer_itself() -> None:
    inside = {"itemInfo": {"itemStruct": {"id": "7"}}, "statusCode": 0, "isMobile": False}
    page = make_page("__NEXT_DATA__", {"props": {"pageProps": inside}})
    assert parse_detail(read_page_data(page)) == {"itemInfo": inside["itemInfo"], "statusCode": 0}
    user = {"userInfo": {"user": {"secUid": "MS4w"}, "stats": {"videoCount": 3}}}
    page = make_page("__NEXT_DATA__", {"props": {"pageProps": user}})
    assert User.parse(parse_profile(read_page_data(page))["userInfo"]).aweme_count == 3


def test_work_of_a_page_of_2023() -> None:
    state = {"VideoPage": {"statusCode": 0}, "ItemModule": {"7": {"id": "7", "author": "nasa"}}}
    answer = parse_detail(read_page_data(make_page("SIGI_STATE", state)))
    assert Post.parse(answer["itemInfo"]["itemStruct"]).unique_id == "nasa"


@pytest.mark.parametrize(
    ("read", "page"),
    [
        (
            parse_detail,
            make_scope_page(video_detail={"statusCode": 10204, "statusMsg": "item doesn't exist"}),
        ),
        (
            parse_profile,
            make_scope_page(user_detail={"statusCode": 10204, "statusMsg": "item doesn't exist"}),
        ),
        (parse_detail, make_page("SIGI_STATE", {"VideoPage": {"statusCode": 10204}})),
        (
            parse_profile,
            make_page("SIGI_STATE", {"UserPage": {"statusCode": 10204, "uniqueId": "x"}}),
        ),
    ],
)
def test_refusal_on_a_page_is_recognized(read: Callable[[Any], Any], page: str) -> None:
    answer = read(read_page_data(page))
    assert answer["statusCode"] == 10204
    assert not {"itemInfo", "userInfo"} & set(answer)
    refused = PostDetail(aweme_id="7").find_refusal(answer)
    assert refused is not None
    assert refused.outcome is Outcome.DELETED
    assert "none for this address" in refused.detail, (
        "other clients received it for blocked addresses"
    )


def test_several_scripts_on_one_page_are_read_together() -> None:
    room = {"LiveRoom": {"liveRoomUserInfo": {"user": {"uniqueId": "nasa", "roomId": "7"}}}}
    page = make_script("SIGI_STATE", room) + make_scope_page(app_context={"region": "VN"})
    assert LiveRoom.parse(parse_live(read_page_data(page))["data"]).unique_id == "nasa"
    assert parse_context(read_page_data(page)) == {"region": "VN"}


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
def test_page_without_data_raises(page: str) -> None:
    with pytest.raises(ProtocolError, match="the page"):
        read_page_data(page)


@pytest.mark.parametrize("read", [parse_detail, parse_profile, parse_live])
def test_other_page_raises_not_on_this_page(read: Callable[[Any], Any]) -> None:
    others: list[dict[str, Any]]
    others = [{"app_context": {}}, {"user_detail": None}, {"video_detail": "?"}]
    for blocks in others:
        with pytest.raises(ProtocolError, match="not on this page"):
            read(read_page_data(make_scope_page(**blocks)))


# Site pages in place of answers


def test_site_page_replaces_the_answer(load_page: LoadPage) -> None:
    work = PostDetail(aweme_id="7521856457989177239")
    [row] = work.read_rows(work.read_site_page(load_page("video_page_default_scope")))
    assert Post.parse(row).id == work.aweme_id
    user = UserProfile(unique_id="ewwnztngtnzwww")
    assert user.site_page_url == "https://www.tiktok.com/@ewwnztngtnzwww"
    [row] = user.read_rows(user.read_site_page(load_page("user_page_sigi_state_2023")))
    assert User.parse(row).unique_id == user.unique_id
    room = LiveEnter(unique_id="gwkkbw_kwnxgeek")
    [row] = room.read_rows(room.read_site_page(load_page("live_page_state")))
    assert LiveRoom.parse(row).unique_id == room.unique_id


@pytest.mark.parametrize(
    ("endpoint", "page"),
    [
        (PostDetail(aweme_id="7"), "video_page_default_scope"),
        (UserProfile(unique_id="nobody"), "user_page_default_scope"),
        (LiveEnter(unique_id="nobody"), "live_page_state"),
    ],
)
def test_page_of_another_id_is_refused(load_page: LoadPage, endpoint: Endpoint, page: str) -> None:
    verdict = classify_answer(endpoint.read_site_page(load_page(page)), endpoint)
    assert (verdict.outcome, verdict.detail) == (
        Outcome.SERVER_ERROR, "the answer is about something else"
    )  # fmt: skip


@pytest.mark.parametrize("data", [
    {"VideoPage": {}, "ItemModule": [1]}, {"VideoPage": [], "ItemModule": {}}, {},
    {"UserPage": {}, "UserModule": {"users": [1], "stats": []}}, {"LiveRoom": []},
    {"webapp.video-detail": 5},
])  # fmt: skip
def test_odd_pages_are_protocol_errors_or_hold_nothing(data: Any) -> None:
    for parse in (parse_detail, parse_profile, parse_live, parse_context):
        try:
            assert "itemInfo" not in parse(data)
        except ProtocolError:
            continue


def test_a_page_of_half_a_script_holds_nothing() -> None:
    for html in ('<script id="SIGI_STATE">{}', '<script id="SIGI_STATE"', '<script id="SIGI_STATE">'
                 + "[" * 100_000 + "</script>"):  # fmt: skip
        with pytest.raises(ProtocolError):
            read_page_data(html)
