"""XML as Bilibili's players read it, and as recorders of other sites write it."""

from __future__ import annotations

from typing import ClassVar
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from f2scrapy.danmaku.messages import Chat, Gift
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import shown
from f2scrapy.danmaku.sinks.timed import Timed

_SCROLLS, _SIZE, _WHITE = 1, 25, 0xFFFFFF


class Bilibili(Timed):
    """The file `base`.xml; it is whole XML at any time."""

    suffix: ClassVar = ".xml"
    foot: ClassVar = b"</i>\n"

    def head(self, room: Room, start: str) -> bytes:
        facts = {
            "platform": room.platform,
            "room_id": room.room_id,
            "nickname": room.nickname,
            "title": room.title,
        }
        about = "".join(f" {name}={quoteattr(shown(value))}" for name, value in facts.items())
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<i>\n<!-- {start} -->\n'
            f"<metadata{about}/>\n<chatserver>{escape(room.platform)}</chatserver>\n"
        ).encode()

    def chat(self, seconds: float, event: Chat) -> str:
        sent_s = int(event.create_time.timestamp()) if event.create_time else 0
        who = event.user.user_id if event.user else ""
        place = (
            f"{seconds:.3f},{_SCROLLS},{_SIZE},{_WHITE},{sent_s},0,"
            f"{crc32(who.encode(errors='replace')):08x},{event.msg_id}"
        )
        user = quoteattr(shown(event.nickname))
        return f'<d p="{place}" user={user}>{escape(shown(event.content))}</d>\n'

    def gift(self, seconds: float, event: Gift) -> str:
        user, name = quoteattr(shown(event.nickname)), quoteattr(shown(event.gift_name))
        return (
            f'<gift ts="{seconds:.3f}" user={user} giftname={name} '
            f'giftcount="{max(event.repeat_count, 1)}" price="{event.diamond_count}"/>\n'
        )
