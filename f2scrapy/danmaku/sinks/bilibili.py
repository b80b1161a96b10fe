"""Write XML in the format of Bilibili's players, which recorders of other sites use, too."""

from __future__ import annotations

from typing import ClassVar
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from f2scrapy.danmaku.messages import Chat, Gift
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import sanitize
from f2scrapy.danmaku.sinks.timed import TimedSink

_SCROLLS, _SIZE, _WHITE = 1, 25, 0xFFFFFF


class Bilibili(TimedSink):
    """The file `base`.xml; it is well-formed at any time."""

    suffix: ClassVar = ".xml"
    foot: ClassVar = b"</i>\n"

    def format_header(self, room: Room, start: str) -> bytes:
        values = {
            "platform": room.platform,
            "room_id": room.room_id,
            "nickname": room.nickname,
            "title": room.title,
        }
        attributes = "".join(
            f" {name}={quoteattr(sanitize(value))}" for name, value in values.items()
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<i>\n<!-- {start} -->\n'
            f"<metadata{attributes}/>\n<chatserver>{escape(room.platform)}</chatserver>\n"
        ).encode()

    def format_chat(self, seconds: float, event: Chat) -> str:
        sent_s = int(event.moment.timestamp()) if event.moment else 0
        identity = event.user.identity if event.user else ""
        place = (
            f"{seconds:.3f},{_SCROLLS},{round(_SIZE * self._look.size)},{_WHITE},{sent_s},0,"
            f"{crc32(identity.encode(errors='replace')):08x},{event.msg_id}"
        )
        user = quoteattr(sanitize(event.nickname))
        return f'<d p="{place}" user={user}>{escape(sanitize(event.content))}</d>\n'

    def format_gift(self, seconds: float, event: Gift) -> str:
        user, name = quoteattr(sanitize(event.nickname)), quoteattr(sanitize(event.gift_name))
        return (
            f'<gift ts="{seconds:.3f}" user={user} giftname={name} '
            f'giftcount="{event.amount}" price="{event.diamond_count}"/>\n'
        )
