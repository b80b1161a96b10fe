"""Build messages of live rooms as both platforms write them, by protobuf field numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from f2scrapy.sandbox.catalogue import HOSTILE_TEXTS, PHRASES

Body = dict[int, Any]

CHAT, LIKE, MEMBER, GIFT = (f"Webcast{name}Message" for name in ("Chat", "Like", "Member", "Gift"))
SOCIAL, VIEWERS = "WebcastSocialMessage", "WebcastRoomUserSeqMessage"
CONTROL = "WebcastControlMessage"
ENDED = 3  # status of the control message at the end
COMMON = (CHAT,) * 8 + (LIKE,) * 3 + (MEMBER,) * 3 + (GIFT,) * 2 + (SOCIAL, VIEWERS)
_STEPS = 5  # messages of one group of gifts
_FIRST_UID, _VIEWERS = 98_500_000_000, 997
_GIFTS = ((463, "小心心", 1), (685, "粉丝团灯牌", 10), (2947, "为你闪耀", 9), (165, "跑车", 1200))

# Methods of rare messages. A method without a builder below has the common part only.
_DOUYIN_OTHERS = """
    RoomStatsMessage RoomMessage FansclubMessage UpdateFanTicketMessage CommonTextMessage
    MatchAgainstScoreMessage EcomFansClubMessage RanklistHourEntranceMessage LiveShoppingMessage
    LiveEcomGeneralMessage ProductChangeMessage RoomStreamAdaptationMessage NotifyEffectMessage
    LightGiftMessage ProfitInteractionScoreMessage RoomRankMessage HotRoomMessage
    ScreenChatMessage EmojiChatMessage HotChatMessage InRoomBannerMessage RoomDataSyncMessage
    LinkerContributeMessage LinkMicMethod LinkMessage BattleTeamTaskMessage LinkMicArmiesMethod
    LinkmicPlayModeUpdateScoreMessage SandwichBorderMessage LuckyBoxTempStatusMessage
    LotteryEventMessage LotteryEventNewMessage DecorationUpdateMessage DecorationModifyMethod
    LinkSettingNotifyMessage LinkMicBattleMethod ExhibitionChatMessage GiftSortMessage
    PrivilegeScreenChatMessage AudioChatMessage ToastMessage
"""
_TIKTOK_OTHERS = """
    RoomMessage EmoteChatMessage LinkMicFanTicketMethod LinkMicMethod LinkMessage LinkMicBattle
    LinkMicArmies LinkLayerMessage OecLiveShoppingMessage OecLiveManagerMessage
    InRoomBannerMessage AnchorToolModificationMessage RoomStreamAdaptationMessage
    FansclubMessage CaptionMessage BarrageMessage RankUpdateMessage RankTextMessage
    GoalUpdateMessage LiveIntroMessage EnvelopeMessage PollMessage QuestionNewMessage
    RoomPinMessage ImDeleteMessage UnauthorizedMemberMessage MsgDetectMessage SubNotifyMessage
    HourlyRankMessage
"""
OTHERS = {
    "douyin": tuple(f"Webcast{name}" for name in _DOUYIN_OTHERS.split()),
    "tiktok": tuple(f"Webcast{name}" for name in _TIKTOK_OTHERS.split()),
}


@dataclass(frozen=True)
class Gift:
    """A message of a gift, with the values tests expect."""

    giver: int
    group: int  # messages of one group report one gift with a growing count
    count: int  # so far
    coins: int  # each


def make_uid(viewer: int) -> str:
    return str(_FIRST_UID + viewer)


def build_person(viewer: int) -> Body:
    """Return a viewer; a few have hostile names."""
    name = HOSTILE_TEXTS[viewer % len(HOSTILE_TEXTS)] if viewer % 11 == 0 else f"观众{viewer}"
    return {1: _FIRST_UID + viewer, 3: name, 4: viewer % 3, 23: {6: viewer % 60},
            24: {1: {1: "小分队", 2: viewer % 20}}, 38: f"viewer{viewer}",
            46: f"MS4wLjABAAAAviewer-{viewer:05}"}  # fmt: skip


def choose_viewer(number: int) -> int:
    """Return the viewer that a message is from."""
    return number * 7919 % _VIEWERS


def _build_author(number: int) -> Body:
    return build_person(choose_viewer(number))


def build_body(method: str, number: int, platform: str) -> Body:
    """Return the fields of a message except the common part."""
    if method == CONTROL:
        return {2: ENDED, 3: "直播已结束"}
    make = (_TIKTOK if platform == "tiktok" else _DOUYIN).get(method) or _BOTH.get(method)
    return make(number) if make else {}


def compute_gift(number: int) -> Gift:
    """Return gift message `number` of a room: singles, combos, and combos of ten alternate."""
    block, step = divmod(number, _STEPS)
    _, _, coins = _GIFTS[block % len(_GIFTS)]
    if block % 3 == 0:
        return Gift(choose_viewer(number), number, 1, coins)
    count = min(step + 1, _STEPS - 1) * (10 if block % 3 == 2 else 1)
    return Gift(choose_viewer(block * _STEPS), block * _STEPS, count, coins)


def build_gift(number: int, platform: str) -> Body:
    """Return a GiftMessage; the last one of a combo has the end flag and repeats the count."""
    current = compute_gift(number)
    block, step = divmod(number, _STEPS)
    gift_id, name, coins = _GIFTS[block % len(_GIFTS)]
    combo = block % 3 != 0
    ended = not combo or step == _STEPS - 1
    kind = 1 if combo else 2  # TikTok marks combos by the type of the gift
    return {
        2: gift_id, 4: 1, 5: current.count, 6: current.count, 7: build_person(current.giver),
        9: int(ended),
        11: 70_000_000 + current.group if combo else 0,
        15: {2: f"送出{name}", 5: gift_id, 10: combo, 11: kind, 12: coins, 16: name},
        17: 1, 29: current.count if platform == "douyin" else 0,
    }  # fmt: skip


def _choose_text(number: int) -> str:
    hostile = number % 97 == 0
    return HOSTILE_TEXTS[number % len(HOSTILE_TEXTS)] if hostile else PHRASES[number % len(PHRASES)]


def _build_ranks(number: int) -> list[Body]:
    return [{1: 1000 - rank, 2: _build_author(number + rank), 3: rank} for rank in (1, 2, 3)]


_BOTH: dict[str, Callable[[int], Body]] = {
    CHAT: lambda n: {2: _build_author(n), 3: _choose_text(n)},
    LIKE: lambda n: {2: 1 + n % 9, 3: 1000 + n, 5: _build_author(n)},
    MEMBER: lambda n: {
        2: _build_author(n),
        3: 500 + n % 100,
        10: 1,
        12: _FIRST_UID + choose_viewer(n),
    },
    SOCIAL: lambda n: {2: _build_author(n), 4: 1, 6: 1200 + n},
    VIEWERS: lambda n: {2: _build_ranks(n), 3: 500 + n % 100, 7: 9000 + n},
    "WebcastRoomMessage": lambda _n: {2: "欢迎来到直播间"},
    "WebcastFansclubMessage": lambda n: {
        2: 1 + n % 2,
        3: "恭喜成为粉丝团成员",
        4: _build_author(n),
    },
}
_DOUYIN: dict[str, Callable[[int], Body]] = {
    "WebcastRoomStatsMessage": lambda n: {2: "500", 3: "500", 4: "500在线观众", 5: 500 + n % 100,
                                          6: n, 9: 9000 + n, 10: 1},
    "WebcastUpdateFanTicketMessage": lambda n: {2: f"{n}", 3: n},
    "WebcastCommonTextMessage": lambda n: {2: _build_author(n), 3: "comment"},
    "WebcastMatchAgainstScoreMessage": lambda n: {3: 1, 4: 1, 5: n, 6: f"{n}"},
    "WebcastLiveShoppingMessage": lambda n: {2: 1, 3: 3_600_000_000 + n},
    "WebcastLiveEcomGeneralMessage": lambda n: {2: "live_ecom", 3: "pb", 4: n, 6: b"\x08\x01"},
    "WebcastProductChangeMessage": lambda n: {2: n, 3: "商品更新", 5: 1 + n % 9},
    "WebcastRoomStreamAdaptationMessage": lambda _n: {2: 3},
    "WebcastLightGiftMessage": lambda _n: {2: 1, 3: 1, 4: 1},
    "WebcastRoomRankMessage": lambda n: {2: [{1: _build_author(n + rank)} for rank in (1, 2, 3)]},
    "WebcastScreenChatMessage": lambda n: {2: _build_author(n), 3: 1, 4: _choose_text(n)},
    "WebcastEmojiChatMessage": lambda n: {2: _build_author(n), 3: n, 5: "[比心]"},
    "WebcastInRoomBannerMessage": lambda _n: {2: "{}", 3: 1},
    "WebcastRoomDataSyncMessage": lambda n: {2: n, 3: "key", 4: n, 5: b"\x08\x01"},
}  # fmt: skip
_TIKTOK: dict[str, Callable[[int], Body]] = {
    "WebcastEmoteChatMessage": lambda n: {2: _build_author(n)},
    "WebcastRoomStreamAdaptationMessage": lambda _n: {2: 1},
}
