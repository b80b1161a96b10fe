"""What the messages of a live room mean."""

from f2scrapy.danmaku.messages.event import Event, Gap, Unknown, User, as_dict
from f2scrapy.danmaku.messages.kinds import (
    Chat,
    Control,
    EmojiChat,
    Fansclub,
    Gift,
    Like,
    Member,
    Ranked,
    RoomNotice,
    RoomUserSeq,
    ScreenChat,
    Social,
)

__all__ = [
    "Chat",
    "Control",
    "EmojiChat",
    "Event",
    "Fansclub",
    "Gap",
    "Gift",
    "Like",
    "Member",
    "Ranked",
    "RoomNotice",
    "RoomUserSeq",
    "ScreenChat",
    "Social",
    "Unknown",
    "User",
    "as_dict",
]
