"""Write danmaku of a published video as XML in the format of Bilibili's players.

Players with a danmaku plugin read it, and programs such as danmaku2ass make subtitles of it.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from f2scrapy.platforms.douyin.items.danmaku import Danmaku
from f2scrapy.text import make_visible

_STYLE = "1,25,16777215"  # scrolling, medium, white: the answer shows no other


def write_xml(rows: list[Any]) -> str:
    """Return the XML of the rows of `PostDanmaku`, each once, in the order of the video.

    The place of a danmaku is p="seconds,mode,size,color,time sent,pool,user,id"; time sent and user
    are 0, since the answer does not show them.

    Raises:
        ProtocolError: a row has an unknown shape.
    """
    unique = {danmaku.id: danmaku for danmaku in map(Danmaku.parse, rows)}
    lines = map(_format, sorted(unique.values(), key=lambda danmaku: danmaku.offset_ms))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<i>\n{"".join(lines)}</i>\n'


def _format(danmaku: Danmaku) -> str:
    place = f"{danmaku.offset_ms / 1000:.3f},{_STYLE},0,0,0,{danmaku.id}"
    text = escape(make_visible(danmaku.text).strip())
    return f"<d p={quoteattr(make_visible(place))}>{text}</d>\n"
