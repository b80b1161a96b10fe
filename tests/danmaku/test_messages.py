"""Each message of the wire becomes an event with the right content; none raises an error."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.danmaku.frames import parse_response
from f2scrapy.danmaku.messages import (
    KINDS,
    Chat,
    Control,
    Event,
    Gap,
    Gift,
    Like,
    Member,
    Other,
    RoomRank,
    RoomUserSeq,
    ScreenChat,
    Social,
    Unknown,
    User,
    as_dict,
    from_dict,
    get_kind,
    parse_message,
)
from f2scrapy.danmaku.messages.lenient import parse as parse_lenient
from f2scrapy.danmaku.messages.reading import build_user, parse_time, render_text
from f2scrapy.danmaku.messages.table import TABLE
from f2scrapy.danmaku.proto import base_pb2 as base
from f2scrapy.danmaku.proto import client_pb2 as client
from f2scrapy.danmaku.proto import douyin_pb2 as douyin
from f2scrapy.danmaku.proto import shared_pb2 as shared_proto
from f2scrapy.danmaku.proto.base_pb2 import Message

NOON = datetime(2026, 11, 21, 12, 0, 0, 345_000, UTC)
NOON_MS = 1795262400345

# Rows D-W5 … D-W23, X-7, X-8 and X-11 of F2, without the prefix Webcast.
LISTED = """
RoomMessage LikeMessage MemberMessage GiftMessage SocialMessage RoomUserSeqMessage
UpdateFanTicketMessage CommonTextMessage MatchAgainstScoreMessage FansclubMessage ChatMessage
RanklistHourEntranceMessage RoomStatsMessage LiveShoppingMessage LiveEcomGeneralMessage
ProductChangeMessage RoomStreamAdaptationMessage EcomFansClubMessage NotifyEffectMessage
LightGiftMessage ProfitInteractionScoreMessage RoomRankMessage HotRoomMessage LinkMicMethod
LinkerContributeMessage EmojiChatMessage ScreenChatMessage RoomDataSyncMessage InRoomBannerMessage
LinkMessage BattleTeamTaskMessage HotChatMessage LinkMicArmiesMethod
LinkmicPlayModeUpdateScoreMessage SandwichBorderMessage LuckyBoxTempStatusMessage
LotteryEventMessage LotteryEventNewMessage DecorationUpdateMessage DecorationModifyMethod
LinkSettingNotifyMessage LinkMicBattleMethod ExhibitionChatMessage LinkMicFanTicketMethod
UserFanTicket LinkMicBattle LinkLayerMessage OecLiveShoppingMessage OecLiveManagerMessage
AnchorToolModificationMessage ControlMessage
"""


def make_message(payload: Any, method: str = "", **fields: Any) -> Message:
    method = method or f"Webcast{payload.DESCRIPTOR.name}"
    return Message(method=method, payload=payload.SerializeToString(), **fields)


def parse(payload: Any, method: str = "") -> Any:
    return parse_message(make_message(payload, method, msg_id=5), room_id="77")


def read_douyin_files(shared: Path) -> Iterator[tuple[str, Message]]:
    for path in sorted((shared / "reference/recorded/douyin/frames").glob("*Me*.bin")):
        yield path.stem, Message(method=f"Webcast{path.stem}", payload=path.read_bytes())


def read_tiktok_files(shared: Path) -> Iterator[tuple[str, Message]]:
    folder = shared / "reference/recorded/tiktok/frames"
    for path in sorted(folder.glob("*.bin")):
        method = "WebcastMemberMessage" if path.stem.endswith("is_Member") else path.stem
        yield path.stem, Message(method=method, payload=path.read_bytes())
    for method, samples in json.loads((folder / "events_by_method.json").read_bytes()).items():
        for sample in samples:
            payload = base64.b64decode(sample["eventData"])
            yield method, Message(method=method, payload=payload)


def test_every_recorded_payload_is_an_event_and_json(shared: Path) -> None:
    answer = shared / "reference/recorded/douyin/frames/im_fetch_response_2022_a.bin"
    found = [*read_douyin_files(shared), *read_tiktok_files(shared)]
    found += [(each.method, each) for each in parse_response(answer.read_bytes()).messages]
    assert len(found) > 480
    for name, each in found:
        event = parse_message(each)
        assert not isinstance(event, Unknown), name
        assert event.kind == get_kind(each.method)
        assert json.loads(json.dumps(as_dict(event)))["method"] == each.method
        assert event.text is not None


def test_recorded_events_come_back_from_json(shared: Path) -> None:
    for name, each in (*read_douyin_files(shared), *read_tiktok_files(shared)):
        event = parse_message(each, room_id="1")
        assert from_dict(json.loads(json.dumps(as_dict(event)))) == event, name


def test_recorded_douyin_room_of_2022(shared: Path) -> None:
    answer = shared / "reference/recorded/douyin/frames/im_fetch_response_2022_a.bin"
    events = [parse_message(each) for each in parse_response(answer.read_bytes()).messages]
    kinds = [event.kind for event in events]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "member": 16, "like": 6, "room_user_seq": 2, "room": 1, "chat": 1, "social": 1
    }  # fmt: skip
    likes = [event for event in events if isinstance(event, Like)]
    assert [like.total for like in likes] == sorted(like.total for like in likes)
    assert all(event.user and event.user.user_id for event in events if event.kind == "member")
    assert [event.action for event in events if isinstance(event, Social)] == ["follow"]
    totals = [event.total for event in events if isinstance(event, RoomUserSeq)]
    assert totals == [11028, 11091]
    assert likes[0].create_time == datetime(2021, 11, 23, 11, 0, 30, 445_000, UTC)
    assert all(event.room_id and event.msg_id for event in events)


def read_decoded(shared: Path) -> dict[str, list[tuple[dict[str, Any], Event]]]:
    path = shared / "reference/recorded/douyin/frames/decoded_messages_2026_a.json"
    found: dict[str, list[tuple[dict[str, Any], Event]]] = {}
    for method, samples in json.loads(path.read_bytes()).items():
        for sample in samples:
            values = {k: v for k, v in sample.items() if k not in {"extra", "publicAreaCommon"}}
            payload = ParseDict(values, TABLE[method].proto(), ignore_unknown_fields=True)
            found.setdefault(method, []).append(
                (sample, parse_message(make_message(payload, method)))
            )
    return found


def test_messages_decoded_by_other_tools_in_2026_are_equal(shared: Path) -> None:
    found = read_decoded(shared)
    for sample, event in (pair for pairs in found.values() for pair in pairs):
        common = sample["common"]
        assert (str(event.msg_id), event.room_id) == (common["msgId"], common["roomId"])
        clock = int(common.get("createTime", 0)) or 1000 * int(sample.get("eventTime", 0))
        assert event.create_time == parse_time(clock)
        if "user" in sample:
            assert event.user
            assert event.user.nickname == sample["user"]["nickname"]
            assert event.user.sec_user_id == sample["user"].get("secUid", "")
    for sample, event in found["WebcastChatMessage"]:
        assert isinstance(event, Chat)
        assert event.content == sample["content"]


def test_gifts_decoded_by_other_tools_in_2026_are_equal(shared: Path) -> None:
    for sample, event in read_decoded(shared)["WebcastGiftMessage"]:
        assert isinstance(event, Gift)
        assert event.gift_name == sample["gift"]["name"]
        assert (event.diamond_count, event.repeat_count, event.combo) == (1, 1, True)
        assert event.group_id == int(sample["groupId"])
        assert event.repeat_end == (sample.get("repeatEnd") == 1)
        assert event.user
        assert event.user.level == int(sample["user"]["payGrade"]["level"])


def test_recorded_gift_of_tiktok(shared: Path) -> None:
    events = [parse_message(each) for _, each in read_tiktok_files(shared)]
    gifts = [event for event in events if isinstance(event, Gift)]
    assert {gift.gift_id for gift in gifts} == {5655, 7813}
    assert {gift.repeat_count for gift in gifts} == {1, 8}
    assert all(gift.user and gift.user.user_id and gift.diamond_count for gift in gifts)
    assert sum(gift.repeat_end for gift in gifts) == 2


def test_recorded_ranking_of_a_room(shared: Path) -> None:
    event = parse_message(dict(read_douyin_files(shared))["RoomRankMessage"])
    assert isinstance(event, RoomRank)
    assert [place.rank for place in event.ranks] == [1, 2, 3]
    assert all(place.user and place.user.nickname for place in event.ranks)


def test_badges_give_the_level_if_the_grade_is_missing(shared: Path) -> None:
    event = parse_message(dict(read_douyin_files(shared))["ChatMessage"])
    assert event.user
    assert (event.user.level, event.user.badges) == (20, ("荣誉等级20级勋章",))


@pytest.mark.parametrize("name", LISTED.split())
def test_every_listed_method_is_known(name: str) -> None:
    assert get_kind(f"Webcast{name}") in KINDS - {"unknown", "gap"}


@pytest.mark.parametrize(("status", "ended"), [(1, False), (2, False), (3, True), (4, True)])
def test_status_of_a_room_that_ended(status: int, ended: bool) -> None:
    event = parse(shared_proto.ControlMessage(status=status, tips="bye"))
    assert isinstance(event, Control)
    assert (event.ended, "bye" in event.text) == (ended, True)


@pytest.mark.parametrize(("action", "word"), [(1, "follow"), (3, "share"), (8, "action 8")])
def test_follow_and_share_are_one_message(action: int, word: str) -> None:
    assert parse(shared_proto.SocialMessage(action=action)).action == word


def test_header_is_read_and_the_room_of_the_connection_wins() -> None:
    common = base.Common(msg_id=9, room_id=8, create_time=NOON_MS)
    chat = make_message(shared_proto.ChatMessage(common=common, content="hi"))
    assert parse_message(chat) == Chat(
        method=chat.method, msg_id=9, room_id="8", create_time=NOON, content="hi"
    )
    assert parse_message(chat, room_id="77").room_id == "77"


@pytest.mark.parametrize(
    ("payload", "time"),
    [
        (shared_proto.ChatMessage(event_time=NOON_MS // 1000), NOON.replace(microsecond=0)),
        (shared_proto.GiftMessage(send_time=NOON_MS), NOON),
        (douyin.ScreenChatMessage(event_time=NOON_MS // 1000), NOON.replace(microsecond=0)),
        (shared_proto.LikeMessage(), None),
    ],
)
def test_time_is_that_of_the_server_in_any_field(payload: Any, time: datetime | None) -> None:
    assert parse(payload).create_time == time


@pytest.mark.parametrize("clock", [0, -1, 2**63 - 1, -(2**63)])
def test_an_impossible_clock_is_no_time(clock: int) -> None:
    assert parse_time(clock) is None


def test_a_gift_has_giver_gift_and_receiver() -> None:
    gift = shared_proto.GiftStruct(id=3, name="rose", diamond_count=5, combo=True)
    to, giver = base.User(id=2, nickname="guest"), base.User(id=1, nickname="ann")
    event = parse(
        shared_proto.GiftMessage(user=giver, to_user=to, gift=gift, repeat_count=7, repeat_end=1)
    )
    assert (event.gift_id, event.diamond_count, event.repeat_end) == (3, 5, True)
    assert event.text == "ann sent rose x7 to guest"


def test_armies_and_battles_are_the_same_kinds_on_both_platforms() -> None:
    kinds = {get_kind(f"Webcast{name}") for name in ("LinkMicArmies", "LinkMicArmiesMethod")}
    assert kinds == {"armies"}


def test_an_unknown_method_keeps_its_payload() -> None:
    event = parse_message(
        Message(method="WebcastNewMessage", payload=b"\x01\x02", msg_id=4), room_id="7"
    )
    assert event == Unknown(
        method="WebcastNewMessage", msg_id=4, room_id="7", payload=b"\x01\x02", error=None
    )
    assert as_dict(event)["payload"] == "AQI="


def test_an_unknown_method_keeps_its_header(truth: Callable[[str], Any]) -> None:
    share = truth("danmaku_douyin")[1]
    payload = bytes.fromhex(share["payload_hex"])
    event = parse_message(Message(method="WebcastNewMessage", payload=payload))
    assert isinstance(event, Unknown)
    assert event.room_id == share["right"]["room_id"]
    assert as_dict(event)["create_time"] == share["right"]["create_time"]
    assert event.nickname == "sharer"
    assert parse_message(Message(method="New", payload=payload), room_id="7").room_id == "7"


def test_header_of_an_unknown_method_has_its_line_of_text() -> None:
    text = base.Text(default_pattern="{0:user} came", pieces=[base.TextPiece(string_value="Ann")])
    header = client.Header(room_id=70, display_text=text, user=b"a text of TikTok")
    payload = client.HeaderOnly(common=header).SerializeToString()
    event = parse_message(Message(method="WebcastNewMessage", payload=payload))
    assert (event.room_id, event.text, event.user) == ("70", "Ann came", None)


def test_a_method_without_its_prefix_is_known() -> None:
    assert get_kind("LinkMicMethod") == "link_mic"
    assert parse_message(Message(method="RoomMessage")).kind == "room"


@given(st.sampled_from(sorted(TABLE)), st.binary(max_size=120))
def test_no_payload_makes_reading_fail(method: str, payload: bytes) -> None:
    event = parse_message(Message(method=method, payload=payload))
    assert event.kind in {get_kind(method), "unknown"}
    json.dumps(as_dict(event))
    assert isinstance(event.text, str)
    if isinstance(event, Unknown):
        assert (event.payload, bool(event.error)) == (payload, True)


def test_a_torn_message_is_unknown_with_the_reason(shared: Path) -> None:
    whole = dict(read_douyin_files(shared))["GiftMessage"]
    event = parse_message(Message(method=whole.method, payload=whole.payload[:-300]))
    assert isinstance(event, Unknown)
    assert event.error
    assert event.payload == whole.payload[:-300]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("三丰".encode()[:-1], "三\ufffd"),  # a name cut after so many bytes
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("a\U0001f600b".encode("utf-16", "surrogatepass"), None),  # not UTF-8 at all
        (b"\xed\xa0\xbd\xed\xb8\x80!", "\U0001f600!"),  # an emoji as two surrogates
        (b"\xed\xa0\xbd!", "\ufffd!"),  # half of it
    ],
)
def test_a_text_that_is_not_utf8_costs_no_message(sent: bytes, read: str | None) -> None:
    gift = shared_proto.GiftMessage(gift_id=7, repeat_count=3)
    gift.gift.name, gift.gift.diamond_count = "rose", 5
    gift.user.id, gift.user.nickname = 1 << 60, "#" * len(sent)
    gift.user.fans_club.data.club_name = "#" * len(sent)
    whole = gift.SerializeToString()
    payload = whole.replace(b"#" * len(sent), sent)
    event = parse_message(Message(method="WebcastGiftMessage", payload=payload), keep_payload=True)
    assert isinstance(event, Gift)
    assert event.user
    assert (event.user.user_id, event.amount, event.diamond_count) == (str(1 << 60), 3, 5)
    assert event.nickname == event.user.fansclub
    assert read in (None, event.nickname)
    assert event.raw == payload, "the journal keeps it as it came"
    assert json.dumps(as_dict(event)).encode()


@given(st.binary(max_size=60))
def test_texts_of_any_bytes_are_repaired_and_nothing_else_changes(sent: bytes) -> None:
    whole = shared_proto.GiftMessage(gift_id=7, repeat_count=1 << 62)
    whole.user.nickname, whole.gift.name = "q" * len(sent), "rose"
    payload = whole.SerializeToString().replace(b"q" * len(sent), sent, 1)
    found = parse_lenient(shared_proto.GiftMessage, payload)
    assert bool(found.user.nickname) is bool(sent)
    whole.user.nickname = found.user.nickname
    assert found == whole


@given(st.binary(max_size=60))
def test_what_is_no_message_is_refused_by_protobufs_own_error(data: bytes) -> None:
    try:
        found = parse_lenient(shared_proto.GiftMessage, data)
    except DecodeError:
        return
    assert isinstance(found, shared_proto.GiftMessage)


def test_texts_in_maps_are_repaired() -> None:
    frame = base.PushFrame(headers={"qq": "qqq"})
    data = frame.SerializeToString().replace(b"qqq", b"\xffxy")
    assert dict(parse_lenient(base.PushFrame, data).headers) == {"qq": "\ufffdxy"}


def test_a_message_known_by_name_keeps_its_payload_and_its_line() -> None:
    text = base.Text(default_pattern="hello")
    payload = shared_proto.Bare(common=base.Common(display_text=text))
    event = parse(payload, "WebcastToastMessage")
    assert isinstance(event, Other)
    assert (event.content, event.payload) == ("hello", payload.SerializeToString())


def test_placeholders_of_a_line_are_filled_by_number() -> None:
    ann = base.TextPiece(user_value=base.TextPieceUser(user=base.User(nickname="ann")))
    pieces = [base.TextPiece(string_value="rose"), ann]
    text = base.Text(default_pattern="{1:user} sent {0:gift} {7:string}", pieces=pieces)
    assert render_text(text) == "ann sent rose {7:string}"


def test_numbers_of_thousands_of_digits_are_ignored() -> None:
    many = "9" * 5000
    badge = base.Badge(scene_type=8, privilege_log_extra=base.PrivilegeLog(level=many))
    assert build_user(base.User(id=1, badge_list=[badge])).level == 0
    assert render_text(base.Text(default_pattern=f"{{{many}}}")) == f"{{{many}}}"


def test_level_of_a_tiktok_giver_is_that_of_the_badge() -> None:
    badge = base.Badge(scene_type=8, privilege_log_extra=base.PrivilegeLog(level="17"))
    badge.combine.content = "17"
    assert build_user(base.User(id=1, badge_list=[badge])) == User(
        user_id="1", level=17, badges=("17",)
    )


def test_a_gap_comes_back_from_json() -> None:
    gap = Gap(began=NOON, ended=NOON, reason="dropped", room_id="7")
    assert from_dict(json.loads(json.dumps(as_dict(gap)))) == gap
    assert as_dict(gap)["began"] == "2026-11-21T12:00:00.345000Z"


NO_EVENTS: list[dict[str, Any]] = [
    {},
    {"kind": "no"},
    {"kind": "gap"},
    {"kind": "chat", "user": 3},
    {"kind": "other", "payload": "!"},
]


@pytest.mark.parametrize("entry", NO_EVENTS)
def test_an_entry_of_another_kind_is_unknown(entry: dict[str, Any]) -> None:
    event = from_dict(entry | {"method": "m"})
    assert isinstance(event, Unknown)
    assert event.method == "m"
    assert event.error


def test_unknown_keys_are_left_out() -> None:
    assert from_dict({"kind": "chat", "content": "hi", "new": 1}) == Chat(content="hi")


def test_kind_stands_first_and_fields_in_their_order() -> None:
    keys = list(as_dict(Member(user=User(user_id="1"))))
    assert keys == [
        "kind", "method", "msg_id", "room_id", "create_time", "user", "member_count", "action"
    ]  # fmt: skip


def test_kinds_are_one_word_for_one_class() -> None:
    classes = {(rule.event_type.kind, rule.event_type) for rule in TABLE.values()}
    assert len(classes) == len({kind for kind, _ in classes})
    assert ScreenChat.kind in KINDS
