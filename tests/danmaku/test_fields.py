"""Each field of a table of names reaches the event: beside a decoder that knows no schema."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.danmaku.messages import Event, as_dict, get_kind, parse_message
from f2scrapy.danmaku.messages.table import TABLE
from f2scrapy.danmaku.proto import base_pb2 as base
from f2scrapy.danmaku.proto import douyin_pb2 as douyin
from f2scrapy.danmaku.proto import shared_pb2 as shared_proto
from f2scrapy.danmaku.proto import tiktok_pb2 as tiktok
from f2scrapy.danmaku.proto.base_pb2 import Message
from f2scrapy.sandbox.protobuf import unpack

USER_AT = {
    "WebcastChatMessage": 2,
    "WebcastMemberMessage": 2,
    "WebcastSocialMessage": 2,
    "WebcastGiftMessage": 7,
    "WebcastLikeMessage": 5,
}


def read_all(shared: Path) -> Iterator[Message]:
    folder = shared / "reference/recorded"
    found = json.loads((folder / "tiktok/frames/events_by_method.json").read_bytes())
    for method, samples in found.items():
        for sample in samples:
            yield Message(method=method, payload=base64.b64decode(sample["eventData"]))
    for path in (folder / "douyin/frames").glob("*Message.bin"):
        yield Message(method=f"Webcast{path.stem}", payload=path.read_bytes())
    answer = folder / "douyin/frames/im_fetch_response_2022_a.bin"
    yield from base.Response.FromString(answer.read_bytes()).messages


def find(data: bytes, *numbers: int) -> list[Any]:
    """Return all values at a path of field numbers."""
    values: list[Any] = [data]
    for number in numbers:
        values = [each for value in values for each in unpack(value).get(number, [])]
    return values


def first(data: bytes, *numbers: int) -> Any:
    return next(iter(find(data, *numbers)), None)


def read_text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else ""


def read_user(data: bytes) -> dict[str, Any]:
    """Return the fields of a user by their numbers."""
    return {
        "user_id": str(first(data, 1) or read_text(first(data, 1028))),
        "nickname": read_text(first(data, 3)),
        "gender": first(data, 4) or 0,
        "avatar": read_text(first(data, 9, 1)),
        "following_count": first(data, 22, 1) or 0,
        "follower_count": first(data, 22, 2) or 0,
        "follow_status": first(data, 22, 3) or 0,
        "unique_id": read_text(first(data, 38)),
        "sec_user_id": read_text(first(data, 46)),
        "is_admin": bool(first(data, 32, 2)),
    }


def test_all_fields_of_users_are_in_the_events(shared: Path) -> None:
    count = 0
    for message in read_all(shared):
        user = first(message.payload, number) if (number := USER_AT.get(message.method)) else None
        if user is None:
            continue
        event = parse_message(message)
        assert event.user
        expected = read_user(user)
        assert {name: getattr(event.user, name) for name in expected} == expected
        count += 1
    assert count > 50


def test_levels_of_givers_and_fans_are_in_the_events(shared: Path) -> None:
    levels = set()
    for message in read_all(shared):
        user = first(message.payload, number) if (number := USER_AT.get(message.method)) else None
        for badge in find(user, 64) if user else ():
            level, scene = read_text(first(badge, 12, 5)), first(badge, 3)
            name = {8: "level", 10: "fansclub_level"}.get(scene or 0, "")
            if name and level.isdecimal():
                levels.add(scene)
                event = parse_message(message)
                assert event.user
                assert getattr(event.user, name) == int(level)
    assert levels == {8, 10}


def read_badges(user: bytes) -> list[str]:
    """Return the texts of all badges, and the addresses of those without."""
    found = [first(image, 8, 4) or first(image, 1) for image in find(user, 21)]
    for badge in find(user, 64):
        places = ((21, 3), (22, 3), (23, 4), (23, 3, 2), (23, 2, 1), (20, 2, 1))
        found.append(next(filter(None, (first(badge, *place) for place in places)), b""))
    return [read_text(each) for each in found if each]


def test_badges_fan_clubs_and_levels_of_users_are_in_the_events(shared: Path) -> None:
    badges, clubs, levels = 0, 0, 0
    for message in read_all(shared):
        user = first(message.payload, number) if (number := USER_AT.get(message.method)) else None
        if user is None:
            continue
        found = parse_message(message).user
        assert found
        assert [*found.badges] == read_badges(user)
        badges += len(found.badges)
        if name := read_text(first(user, 24, 1, 1)):
            assert (found.fansclub, found.fansclub_level) == (name, first(user, 24, 1, 2) or 0)
            clubs += 1
        if level := first(user, 23, 6):
            assert found.level == level
            levels += 1
    assert (badges > 30, clubs > 2, levels > 5) == (True, True, True)


def test_rankings_have_all_places_with_exact_scores(shared: Path) -> None:
    seen = set()
    for message in read_all(shared):
        event: Any = parse_message(message)
        if message.method == "WebcastRoomRankMessage":
            rows = [(str(first(row, 2)), first(row, 3)) for row in find(message.payload, 3)]
            assert [(each.exact_score, each.rank) for each in event.seats] == rows
            assert len(event.ranks) == len(find(message.payload, 2))
            names = [read_text(name) for name in find(message.payload, 3, 1, 3)]
            assert [each.user.nickname for each in event.seats] == names
            seen.add("seats")
        elif message.method == "WebcastRoomUserSeqMessage":
            rows = [
                (read_text(first(row, 7)) or str(first(row, 1) or ""), first(row, 3))
                for row in find(message.payload, 2)
            ]
            assert [(each.exact_score, each.rank) for each in event.ranks] == rows
            seen.add("ranks")
        elif message.method == "WebcastLinkMicFanTicketMethod":
            tickets = zip(*(find(message.payload, 2, 1, n) for n in (1, 2)), strict=True)
            assert event.scores == {str(user_id): count for user_id, count in tickets}
            seen.add("tickets")
    assert seen == {"seats", "ranks", "tickets"}


IDENTITY = {
    1: "gift_giver",
    2: "subscriber",
    3: "friend",
    4: "follower",
    5: "moderator",
    6: "anchor",
}


def test_emotes_language_and_identity_of_chats_are_in_the_events(shared: Path) -> None:
    seen = set()
    path = shared / "reference/recorded/tiktok/frames/WebcastChatMessage.bin"
    chats = [Message(method="WebcastChatMessage", payload=path.read_bytes()), *read_all(shared)]
    for message in (each for each in chats if each.method == "WebcastChatMessage"):
        event: Any = parse_message(message)
        ids = [read_text(each) for each in find(message.payload, 13, 2, 1)]
        assert [emote.emote_id for emote in event.emotes] == ids
        assert all(emote.url.startswith("https://") for emote in event.emotes)
        words = {IDENTITY[n] for n in unpack(first(message.payload, 18) or b"") if n in IDENTITY}
        assert set(event.identity) == words
        assert event.content_language == read_text(first(message.payload, 14))
        seen |= words | ({"emotes"} if ids else set())
    assert {"emotes", "follower"} <= seen


def test_goals_polls_and_battles_of_recordings_are_whole(shared: Path) -> None:
    seen = set()
    for message in read_all(shared):
        event: Any = parse_message(message)
        if message.method == "WebcastGoalUpdateMessage":
            ids = [str(each) for each in find(message.payload, 3, 11, 1)]
            assert [each.user_id for each in event.contributors] == ids
            seen |= {"goal"} if ids else set()
        elif message.method == "WebcastPollMessage":
            voters = find(message.payload, 6, 2, 4, 1) or find(message.payload, 5, 2, 4, 1)
            found = [int(user.user_id) for option in event.options for user in option.voters]
            assert sorted(found) == sorted(voters or find(message.payload, 4, 3, 4, 1))
            seen |= {"poll"} if voters else set()
        elif message.method == "WebcastLinkMicArmies":
            givers = find(message.payload, 3, 2, 1, 1)
            assert sorted(int(army.user_id) for army in event.armies) == sorted(givers)
            assert sum(map(len, event.givers.values())) == len(givers)
            seen |= {"armies"} if givers else set()
        elif message.method == "WebcastLinkMicBattle":
            assert {int(host.user_id) for host in event.hosts} == set(find(message.payload, 10, 1))
            assert {int(host) for host in event.results} == set(find(message.payload, 5, 1))
            seen |= {"battle"} if event.hosts else set()
        elif message.method == "WebcastRoomPinMessage":
            names = [find(message.payload, n, 7 if n == 4 else 2, 3) for n in (2, 4)]
            assert event.pinned_user
            assert event.pinned_user.nickname in [read_text(each[0]) for each in names if each]
            seen.add("pin")
    assert seen == {"goal", "poll", "armies", "battle", "pin"}


# Each by itself, with values of our own


def parse(payload: Any, method: str = "") -> Any:
    method = method or f"Webcast{payload.DESCRIPTOR.name}"
    return parse_message(Message(method=method, payload=payload.SerializeToString(), msg_id=5))


def test_two_givers_of_one_name_are_two() -> None:
    armies = shared_proto.Armies(
        score=9,
        armies=[
            shared_proto.Army(user_id=user_id, nickname="同名", score=user_id) for user_id in (4, 5)
        ],
    )
    event = parse(tiktok.LinkMicArmies(battle_id=1, armies={7: armies}))
    assert [(army.user_id, army.score) for army in event.armies] == [("4", 4), ("5", 5)]
    assert event.givers == {"7": {"同名": 4, "同名 (5)": 5}}
    assert event.scores == {"7": 9}


def test_teams_hosts_and_results_of_a_battle() -> None:
    users = [tiktok.TeamUser(user_id=7, score=3), tiktok.TeamUser(user_id=8, score=4)]
    host = tiktok.BattleHost(user_id=7, nickname="host", display_id="h7")
    event = parse(
        tiktok.LinkMicBattle(
            battle_id=1,
            battle_setting=tiktok.BattleSetting(start_time_ms=5, duration=300, end_time_ms=305),
            battle_results={7: tiktok.BattleResult(user_id=7, result=1, score=3)},
            anchors_info=[tiktok.HostInfo(anchor_id=7, value=tiktok.HostInfoValue(user=host))],
            team_battle_results=[
                tiktok.TeamResult(team_id=2, users=users, result=2, total_score=7)
            ],
        )
    )
    assert (event.scores, event.results) == ({"7": 3}, {"7": "lost"})
    assert [(each.user_id, each.nickname, each.unique_id) for each in event.hosts] == [
        ("7", "host", "h7")
    ]
    [team] = event.teams
    assert (team.team_id, team.score, team.result) == (2, 7, "draw")
    assert team.scores == {"7": 3, "8": 4}
    assert (event.start_time_ms, event.end_time_ms, event.duration) == (5, 305, 300)


def test_a_poll_has_options_of_one_text_and_their_voters() -> None:
    voter = tiktok.Voter(user_id=4, nickname="v")
    options = [
        tiktok.PollOption(index=1, content="x", votes=2, voters=[voter]),
        tiktok.PollOption(index=2, content="x", votes=3),
    ]
    event = parse(
        tiktok.PollMessage(
            poll_id=6,
            start_content=tiktok.PollStart(title="which", start_time=1, end_time=2),
            update_content=tiktok.PollVotes(options=options),
        )
    )
    assert [(each.index, each.votes) for each in event.options] == [(1, 2), (2, 3)]
    assert [user.nickname for user in event.options[0].voters] == ["v"]
    assert (event.title, event.start_time, event.end_time) == ("which", 1, 2)


def test_mentions_of_a_chat() -> None:
    user = base.User(id=4, nickname="one")
    chat = shared_proto.ChatMessage(content="@one @two", at_user=user)
    chat.mention_users.extend([user, base.User(id=5, nickname="two")])
    assert [each.nickname for each in parse(chat).mentions] == ["one", "two"]


def test_another_message_at_the_number_of_emotes_harms_no_chat() -> None:
    chat = shared_proto.ChatMessage(content="好", emotes=[b"\x12\x03\xff\xff\xff", b"\x08\x01"])
    event = parse(chat)
    assert (event.kind, event.content, event.emotes) == ("chat", "好", ())


def test_battle_ids_of_team_tasks() -> None:
    number = douyin.TeamTask(battle_id=700, battle_type=3).SerializeToString()
    text = douyin.TeamTaskInText(battle_id="700x").SerializeToString()
    events = [
        parse(douyin.BattleTeamTaskMessage(team_task=task, team_task_json="{}"))
        for task in (number, text)
    ]
    assert [event.battle_id for event in events] == ["700", "700x"]
    assert (events[0].battle_type, events[0].content) == (3, "{}")


def test_a_message_without_header() -> None:
    event = parse(tiktok.UserFanTicket(user_id=4, fan_ticket=5, match_rank=1), "UserFanTicket")
    assert (event.kind, event.user_id, event.fan_ticket) == ("user_fan_ticket", 4, 5)
    assert (event.create_time, event.msg_id) == (None, 5)


@pytest.mark.parametrize("score", ["", "12345"])
def test_exact_scores_are_kept_beside_shown_ones(score: str) -> None:
    place = shared_proto.Contributor(
        score=12345, rank=1, score_description="1.2万", exactly_score=score
    )
    [ranked] = parse(shared_proto.RoomUserSeqMessage(ranks=[place])).ranks
    assert (ranked.score, ranked.exact_score) == (score or "1.2万", "12345")


def test_a_pin_that_was_removed() -> None:
    chat = shared_proto.ChatMessage(
        common=base.Common(msg_id=8), user=base.User(id=4, nickname="w"), content="hi"
    )
    event = parse(tiktok.RoomPinMessage(chat_message=chat, action=2, pin_id=3))
    assert (event.content, event.pinned_msg_id, event.action) == ("hi", 8, 2)
    assert event.text == "pin removed: w: hi"


# Methods of recordings of 2026, and of TikTokLive 7

NEW = """
BattlePowerContainerMessage BattleStatusMessage ChatLikeMessage ItemShareMessage
LinkMicBattleFinishMethod LinkmicBattleFinishMethod LinkmicProfitMessage PrizeNoticeMessage
RanklistAwardMessage RankListAwardMessage RoomIndicatorMessage UserPrivilegeChangeMessage
AccessControlMessage BoostCardMessage GameRankNotifyMessage GiftDynamicRestrictionMessage
GiftPanelUpdateMessage GiftPromptMessage GuideMessage ImEnterRoomMessage LinkMicLayoutStateMessage
LinkStateMessage LiveGameIntroMessage NoticeMessage PartnershipGameOfflineMessage
PartnershipPunishMessage SpeakerMessage SystemMessage ViewerPicksUpdateMessage
"""


@pytest.mark.parametrize("name", NEW.split())
def test_a_method_that_was_unknown_is_known(name: str) -> None:
    assert get_kind(f"Webcast{name}") != "unknown"


def test_the_header_of_a_message_of_douyin_names_room_user_and_text() -> None:
    user = base.User(id=41, nickname="sharer").SerializeToString()
    common = base.Common(msg_id=8, room_id=70, describe="shared", user=user)
    event: Event = parse(shared_proto.Bare(common=common), "WebcastItemShareMessage")
    entry = as_dict(event)
    assert (entry["room_id"], entry["content"]) == ("70", "shared")
    assert entry["user"]["nickname"] == "sharer"
    assert "WebcastItemShareMessage" in TABLE
