"""Live rooms: fields of F2, recordings, and requests to each interface of the sandbox."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from support.recordings import Recorded

from f2scrapy.api.browser_profile import load_profile
from f2scrapy.api.identity import Identity
from f2scrapy.api.signed_request import build_request
from f2scrapy.api.verdict import Verdict, classify_response
from f2scrapy.errors import InputError, Outcome, ProtocolError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.item import Item
from f2scrapy.model.link import Link
from f2scrapy.platforms.common.live import parse_streams
from f2scrapy.platforms.douyin.endpoints.live import (
    FollowingLive,
    LiveEnter,
    LiveMessages,
    LiveReflow,
    UserLiveStatus,
)
from f2scrapy.platforms.douyin.items.live import LiveCursor, LiveRoom, UserOnAir
from f2scrapy.sandbox import routes
from f2scrapy.sandbox.http_types import Request
from f2scrapy.sandbox.server import respond
from f2scrapy.sandbox.state import SESSION, Options, State
from f2scrapy.signing.tokens import make_verify_fp
from spiders.douyin_live import DouyinLiveSpider
from spiders.douyin_live_status import DouyinLiveStatusSpider

pytestmark = pytest.mark.clock

# Fields of F2 under another name.
RENAMED = {
    "live_title": "title",
    "user_id": "uid",
    "user_id_str": "uid",
    "user_sec_uid": "sec_user_id",
    "sec_uid": "sec_user_id",
    "m3u8_pull_url": "hls_pull_url",
    "total_count": "total_user_count",
    "room_id_str": "room_id",
    "ChatAuth": "chat_auth",
    "GiftAuth": "gift_auth",
    "DiggAuth": "digg_auth",
    "ShareAuth": "share_auth",
}
ELSEWHERE = {
    "api_status_code": "of the answer: classified before items are parsed",
    "status_code": "of the answer: classified before items are parsed",
    "status_msg": "of the answer: classified before items are parsed",
    "error_msg": "the platform's words of a refusal, in the report",
}
FILTERS = {
    "UserLiveFilter": LiveRoom,
    "UserLive2Filter": LiveRoom,
    "FollowingUserLiveFilter": LiveRoom,
    "UserLiveStatusFilter": UserOnAir,
    "LiveImFetchFilter": LiveCursor,
}


@pytest.mark.parametrize("name", FILTERS)
def test_every_field_of_f2_is_here_or_has_a_reason(filters: dict[str, Any], name: str) -> None:
    known = {field.removesuffix("_raw") for field in filters[f"douyin.{name}"]["fields"]}
    ours = FILTERS[name].model_fields
    assert len(known) > 5
    assert [f for f in known - ELSEWHERE.keys() if RENAMED.get(f, f) not in ours] == []


# Recordings


@pytest.fixture
def read(recorded: Recorded) -> Callable[[str, Endpoint | None], LiveRoom]:
    def room(name: str, endpoint: Endpoint | None) -> LiveRoom:
        page = recorded(name)
        rows = [page]
        if endpoint:
            assert endpoint.find_refusal(page) is None
            rows = endpoint.read_rows(page)
            assert endpoint.is_last_page(page)
        return LiveRoom.model_validate(rows[0])

    return room


Read = Callable[[str, Endpoint | None], LiveRoom]
ENTER = LiveEnter(web_rid="660393530147")


def test_recorded_room_on_air(read: Read) -> None:
    room = read("webcast_room_web_enter_live", ENTER)
    assert (room.room_id, room.web_rid) == ("7631546042545580111", "660393530147")
    assert (room.live_status, room.on_air, room.state) == (2, True, Outcome.OK)
    assert (room.user_count, room.total_user_count, room.like_count) == (91, 1310, 756)
    assert (room.uid, room.nickname) == ("3786055070269715", "地绿西东美Wxit")
    assert room.sec_user_id.startswith("MS4wLjABAAAAKZG6")
    assert (room.partition_id, room.sub_partition_id) == ("1", "1017806")
    assert (room.sub_partition_title, room.live_room_mode) == ("GZLO", 1)
    assert (room.chat_auth, room.share_auth, room.has_commerce_goods) == (True, True, True)
    assert (room.width, room.height, room.stream_orientation) == (1920, 1080, 2)
    assert set(room.flv_pull_url) == set(room.hls_pull_url) == {"FULL_HD1", "HD1", "SD1", "SD2"}
    assert room.cover.startswith("https://p3-webcast-sign.douyinpic.com/")


def test_recorded_streams_are_complete_and_sorted(read: Read) -> None:
    streams = read("webcast_room_web_enter_live", ENTER).streams
    assert [s.quality for s in streams] == ["origin", "uhd", "hd", "sd", "ld", "md", "ao"]
    uhd = streams[1]
    assert (uhd.codec, uhd.bit_rate, uhd.width, uhd.height) == ("h264", 8_000_000, 1920, 1080)
    assert (uhd.fps, uhd.line) == (60, "main")
    assert all(re.match(r"https://pull-flv-.+\.flv\?", stream.flv) for stream in streams)
    assert all(re.match(r"https://pull-hls-.+\.m3u8\?", stream.hls) for stream in streams[:-1])
    assert all(".sdp?" in stream.lls for stream in streams[:-1])
    assert streams[-1].hls == ""
    assert streams[0].name == "美园"


def test_recorded_room_of_2025(read: Read) -> None:
    room = read("webcast_room_web_enter_live_2025", ENTER)
    assert (room.on_air, room.user_count, room.total_user_count) == (True, 106, 9245)
    assert (room.like_count, room.partition_id) == (3236, "")
    assert [s.quality for s in room.streams] == ["origin", "hd", "sd", "ld", "md", "ao"]
    assert (room.streams[0].width, room.streams[0].height) == (1440, 1088)


def test_recorded_room_that_is_not_on_air(read: Read) -> None:
    room = read("webcast_room_web_enter_offline", ENTER)
    assert (room.room_id, room.live_status, room.on_air) == ("7527852275488711181", 4, False)
    assert (room.uid, room.nickname) == ("3475070993679433", "画远春米")
    assert room.avatar_thumb.startswith("https://p11.douyinpic.com/")
    assert (room.streams, room.flv_pull_url, room.state) == ([], {}, Outcome.OK)


def test_recorded_broadcast_that_is_over(read: Read) -> None:
    room = read("webcast_room_reflow_info_ended", LiveReflow(room_id="7581282417667655382"))
    assert (room.web_rid, room.live_status, room.on_air) == ("660393530147", 4, False)
    assert room.create_time == datetime(2025, 12, 6, 13, 33, 8, tzinfo=UTC)
    assert room.finish_time == datetime(2025, 12, 6, 15, 51, 51, tzinfo=UTC)
    assert (room.total_user_count, room.like_count) == (6_154_368, 28_418_165)
    assert (room.following_count, room.follower_count) == (1209, 24_950_783)
    assert (room.gender, room.city, room.verified) == (1, "牛园", True)
    assert (room.unique_id, room.stream_id) == ("kwnkzfx6272", "694103993148107274")
    assert room.avatar_large.startswith("https://")
    assert room.signature.startswith("WDQ")
    assert room.resolution_name["ORIGION"] == "美园"
    assert [(s.quality, s.line) for s in room.streams[:3]] == [
        ("origin", "main"), ("origin", "backup"), ("uhd", "main"),
    ]  # fmt: skip
    assert room.streams[0].bit_rate == room.streams[1].bit_rate == 11_042_000
    assert room.streams[0].flv != room.streams[1].flv


def test_recorded_card_of_a_search(read: Read) -> None:
    room = read("feed_live_card_rawdata", None)
    assert (room.room_id, room.web_rid) == ("7236050026851003046", "748792781975")
    assert (room.on_air, room.live_room_mode) == (True, 4)
    hd = next(stream for stream in room.streams if stream.quality == "hd")
    assert (hd.bit_rate, hd.width, hd.height, hd.codec) == (4_000_000, 1600, 720, "h264")


# Not recorded


@pytest.mark.parametrize(
    ("text", "people"),
    [("91", 91), ("100+", 100), ("1.2万+", 12_000), ("3亿", 300_000_000), ("", None), (7, 7)],
)
def test_rounded_numbers(text: Any, people: int | None) -> None:
    room = {"id_str": "7", "stats": {"user_count_str": text}}
    assert LiveRoom.model_validate(room).user_count == people


@pytest.mark.parametrize("row", [{}, {"data": [], "room_status": 2}, "gone"])
def test_room_without_any_id_raises(row: Any) -> None:
    with pytest.raises(ValidationError):
        LiveRoom.model_validate(row)


@pytest.mark.parametrize("stream_data", ["[1]", '{"data":', 5])
def test_streams_of_an_unknown_shape_raise(stream_data: Any) -> None:
    pull = {"live_core_sdk_data": {"pull_data": {"stream_data": stream_data}}}
    with pytest.raises(ValidationError, match="pull_data"):
        LiveRoom.model_validate({"id_str": "7", "stream_url": pull})


def test_room_survives_a_round_trip() -> None:
    room = LiveRoom(room_id="7", live_status=2, streams=[{"quality": "hd", "flv": "https://a/b"}])
    assert LiveRoom.model_validate_json(room.model_dump_json()) == room


def test_messages_without_a_cursor_raise() -> None:
    with pytest.raises(ProtocolError, match=r"extra\.cursor"):
        LiveMessages(room_id="7").read_rows({"extra": {}, "internal_ext": "a"})


def test_refusal_in_webcast_words() -> None:
    page = {"status_code": 10011, "data": {"prompts": "稍后再试", "message": "x"}}
    refused = LiveReflow(room_id="7").find_refusal(page)
    assert refused is not None
    assert (refused.detail, refused.quote) == ("status_code 10011", "稍后再试")


@pytest.mark.parametrize(
    ("code", "words", "outcome"),
    [  # reports of 2022 to 2026
        (30003, "直播已结束", Outcome.OK),
        (30003, "直播间不存在", Outcome.DELETED),
        (4001038, "该内容暂时无法无法查看", Outcome.SCHEMA_CHANGED),
        (4003034, "你不在主播设置的可见范围内，无法进入TA的直播间", Outcome.PRIVATE),
        (4003099, "本场仅开通有会员直播权益的会员用户可观看", Outcome.PRIVATE),
        (20003, "请先登录", Outcome.LOGIN_REQUIRED),
    ],
)
@pytest.mark.parametrize("endpoint", [LiveEnter(web_rid="6"), LiveReflow(room_id="7")])
@pytest.mark.parametrize("names", [("prompts",), ("message", "prompts")])
def test_words_in_place_of_a_room_are_no_room(
    code: int, words: str, outcome: Outcome, endpoint: Endpoint, names: tuple[str, ...]
) -> None:
    answer = {"data": dict.fromkeys(names, words), "extra": {"now": 1}, "status_code": code}
    verdict = classify_response(200, "", json.dumps(answer).encode(), endpoint)
    assert verdict.outcome is outcome
    assert outcome is Outcome.OK or words in verdict.detail
    if outcome is Outcome.OK:
        room = LiveRoom.parse_answer(endpoint, answer)
        assert (room.on_air, room.live_status, room.is_certain) == (False, 4, True)


# Requests to each interface of the sandbox, without Scrapy


class Visitor:
    """A guest, or with `account` a logged-in visitor, of a sandbox in this process."""

    def __init__(self, folder: Path, *faults: str, account: bool = False) -> None:
        self.world = State(Options(faults=faults, compress=False))
        self.identity = Identity("douyin", load_profile("douyin", {}), folder / "identity.json")
        self.identity.store_token("ttwid", self.world.issue_ttwid())
        self.identity.store_token("ms_token", self.world.issue_ms_token())
        self.identity.store_token("webid", "7400000000000000001")
        self.identity.store_token("verify_fp", make_verify_fp(1_700_000_000_000, lambda: 0.5))
        self.session = f"; sessionid={SESSION}" if account else ""

    def ask(self, endpoint: Endpoint) -> Verdict:
        wire = build_request(self.identity, endpoint)
        headers = dict(wire.headers)
        if "Cookie" in headers:
            headers["Cookie"] += self.session
        ask = Request.from_target(endpoint.method, wire.url.partition("://")[2], headers)
        answer = respond(ask, routes.find_route(ask, self.world), self.world)
        return classify_response(answer.status, "", answer.body, endpoint)

    def items(self, endpoint: Endpoint, kind: type[Item]) -> list[Any]:
        verdict = self.ask(endpoint)
        assert verdict.answer is not None, verdict
        assert self.world.report.to_json()["violations"] == []
        return [kind.from_row(row) for row in endpoint.read_rows(verdict.answer)]


def enter_room(number: int) -> LiveEnter:
    return LiveEnter(web_rid=str(660_000_000_000 + number))


def make_room_id(number: int, back: int = 0) -> str:
    return str(7_600_000_000_000_000_000 + number * 10 + back)


def test_both_interfaces_give_the_same_room(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path)
    [entered] = visitor.items(enter_room(1), LiveRoom)
    [reflowed] = visitor.items(LiveReflow(room_id=entered.room_id), LiveRoom)
    assert entered.on_air
    assert reflowed.on_air
    assert entered.key == reflowed.key
    same = {"web_rid", "title", "sec_user_id", "nickname", "streams", "flv_pull_url", "cover"}
    assert entered.model_dump(include=same) == reflowed.model_dump(include=same)
    assert [s.quality for s in entered.streams] == ["origin", "uhd", "hd", "sd", "ld", "ao"]


@pytest.mark.parametrize(
    ("endpoint", "on_air", "room_id", "streams"),
    [
        (enter_room(1), True, make_room_id(1), 6),
        (enter_room(8), False, make_room_id(8), 0),
        (enter_room(3), True, make_room_id(3), 0),  # 360°
        (enter_room(4), False, "", 0),  # never on air
        (LiveReflow(room_id=make_room_id(1, 4)), False, make_room_id(1, 4), 6),
        (LiveReflow(room_id=make_room_id(3)), True, make_room_id(3), 6),
    ],
)
def test_states_of_rooms(
    tmp_path: Path, endpoint: Endpoint, on_air: bool, room_id: str, streams: int
) -> None:
    [room] = Visitor(tmp_path).items(endpoint, LiveRoom)
    assert (room.on_air, room.room_id, len(room.streams)) == (on_air, room_id, streams)
    assert room.nickname
    assert (room.state, room.live_status in (2, 4)) == (Outcome.OK, True)


@pytest.mark.parametrize("endpoint", [enter_room(999), LiveReflow(room_id="7")])
def test_missing_rooms_are_deleted(tmp_path: Path, endpoint: Endpoint) -> None:
    assert Visitor(tmp_path).ask(endpoint).outcome is Outcome.DELETED


def test_live_status_of_users(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path)
    [demo] = visitor.items(UserLiveStatus(user_ids="98000000001"), UserOnAir)
    [big] = visitor.items(UserLiveStatus(user_ids="98000000007"), UserOnAir)
    assert (demo.on_air, demo.room_id, demo.uid) == (True, make_room_id(1), "98000000001")
    assert (big.on_air, big.room_id, big.scene_id) == (False, "", 254)


def test_followed_users_on_air_require_an_account(tmp_path: Path) -> None:
    rooms = Visitor(tmp_path, account=True).items(FollowingLive(), LiveRoom)
    assert len({room.key for room in rooms}) == len(rooms) == 5
    assert {room.tag_name for room in rooms} == {"关注"}
    assert rooms[0].uniq_id == rooms[0].web_rid == "660000000001"
    assert (rooms[0].user_count, rooms[0].total_user_count) == (12345, 34_000)
    assert Visitor(tmp_path).ask(FollowingLive()).outcome is Outcome.LOGIN_REQUIRED


def test_missing_rows_raise_without_has_more(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match=r"data\.data: expected a list"):
        Visitor(tmp_path, "null_rows", account=True).items(FollowingLive(), LiveRoom)
    outcome = Visitor(tmp_path, "no_rows", account=True).ask(FollowingLive()).outcome
    assert outcome is Outcome.RISK_CONTROL  # it holds its status alone


@pytest.mark.parametrize(
    "endpoint",
    [
        enter_room(1),
        LiveReflow(room_id="7"),
        UserLiveStatus(user_ids="1"),
        LiveMessages(room_id="7"),
    ],
)
def test_refusals_reach_every_interface(tmp_path: Path, endpoint: Endpoint) -> None:
    assert Visitor(tmp_path, "captcha").ask(endpoint).outcome is Outcome.CAPTCHA
    assert Visitor(tmp_path, "empty").ask(endpoint).outcome is Outcome.RISK_CONTROL


def test_cursor_of_messages(tmp_path: Path) -> None:
    [cursor] = Visitor(tmp_path).items(LiveMessages(room_id=make_room_id(1)), LiveCursor)
    assert cursor.room_id == make_room_id(1)
    assert cursor.cursor.startswith("t-")
    assert f"wss_push_room_id:{make_room_id(1)}|" in cursor.internal_ext
    assert abs((cursor.now - datetime.now(UTC)).total_seconds()) < 60
    assert (cursor.is_show_msg, cursor.msg_id[-6:]) == (True, "000001")


def test_reflow_reports_cookies(tmp_path: Path) -> None:
    visitor = Visitor(tmp_path)
    profile = visitor.identity.profile.model_copy(deep=True)  # all guests share it
    profile.cookie_hosts.append("webcast.amemv.com")
    visitor.identity.profile = profile
    assert visitor.ask(LiveReflow(room_id=make_room_id(1))).outcome is not Outcome.OK
    [noted] = visitor.world.report.to_json()["violations"]
    assert noted["what"] == "cookies sent to webcast.amemv.com"


# Values of -a url=


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("https://live.douyin.com/660393530147?a=1", [("web_rid", "660393530147")]),
        ("https://live.douyin.com/some_name", [("web_rid", "some_name")]),
        ("https://www.douyin.com/follow/live/660393530147", [("web_rid", "660393530147")]),
        ("https://webcast.amemv.com/douyin/webcast/reflow/7581282417667655382?u=1",
         [("room_id", "7581282417667655382")]),
        ("660393530147, 7581282417667655382",
         [("web_rid", "660393530147"), ("room_id", "7581282417667655382")]),
        ("https://live.douyin.com/123456 654321", [("web_rid", "123456"), ("web_rid", "654321")]),
        ("看直播 https://live.douyin.com/123456 号码 654321", [("web_rid", "123456")]),
    ],
)  # fmt: skip
def test_rooms_by_link_and_by_id(url: str, links: list[tuple[str, str]]) -> None:
    assert DouyinLiveSpider(url=url).targets.links == [Link(*link) for link in links]


def test_sentence_with_a_number_names_no_room() -> None:
    with pytest.raises(InputError, match=r"\(web_rid\) or .*\(room_id\)"):
        DouyinLiveSpider(url="抖音号 12345678")


def test_users_by_link_and_by_uid() -> None:
    sec = "MS4wLjABAAAAKZG6q1UKuh8CnvBUNXjkKDvYGcYP0xnw"
    spider = DouyinLiveStatusSpider(url=f"https://www.douyin.com/user/{sec} 74803430932")
    assert spider.targets.links == [Link("sec_user_id", sec), Link("uid", "74803430932")]


def test_frame_rate_of_the_options(truth: Callable[[str], Any]) -> None:
    pull = truth("douyin_live_fps")["pull_data"]
    [stream] = parse_streams(pull)
    assert (stream["fps"], stream["name"], stream["width"]) == (25, "标清", "540")
    told = pull["stream_data"].replace("h264", 'h264\\", \\"fps\\": \\"50')
    assert parse_streams(pull | {"stream_data": told})[0]["fps"] == "50"
