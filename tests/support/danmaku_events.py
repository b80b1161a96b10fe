"""A room and events for tests of sinks, harmless and hostile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from f2scrapy.danmaku.messages import Chat, Gift, User
from f2scrapy.danmaku.rooms import Room

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ROOM = Room(
    platform="douyin",
    room_id="7380001112223334445",
    web_rid="660393530147",
    sec_user_id="MS4wLjABAAAAroom",
    nickname="主播",
    title="晚上好",
    create_time=START,
    on_air=True,
)

EVIL = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", "＝1", '","=1', "'"),
    *("{\\pos(0,0)}", "\\N", "\\h", "}{", "\\", "Dialogue: 0,", ","),
    *("</d>", "]]>", "--><x/>", "&amp;", "<!ENTITY a 'b'>", '" p="0', "\x00", "\ufffe"),
    *("\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\u202e", "\u2066", "\u200b", "\u2028", "\r", "\n"),
    *("[bold]", "[/]", "[link=http://x]", "\ud800", "😀", "👩‍👧", "海边"),
]
evil_text = st.one_of(st.lists(st.sampled_from(EVIL)).map("".join), st.text())


def get_time(seconds: float) -> datetime:
    """Return the time `seconds` after the start of the broadcast."""
    return START + timedelta(seconds=seconds)


def make_chat(content: str = "你好", nickname: str = "小明", **values: Any) -> Chat:
    defaults = {
        "method": "WebcastChatMessage",
        "msg_id": 1,
        "room_id": ROOM.room_id,
        "create_time": get_time(1),
        "user": User(user_id="42", nickname=nickname),
    }
    return Chat(content=content, **defaults | values)


def make_gift(nickname: str = "小红", gift_name: str = "小心心", **values: Any) -> Gift:
    defaults = {
        "method": "WebcastGiftMessage",
        "msg_id": 2,
        "room_id": ROOM.room_id,
        "create_time": get_time(2),
        "user": User(user_id="43", nickname=nickname),
        "diamond_count": 1,
        "repeat_count": 3,
        "repeat_end": True,
        "combo": True,
    }
    return Gift(gift_name=gift_name, **defaults | values)
