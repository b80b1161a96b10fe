"""Columns: an event as a row of a table, the same in SQLite and CSV."""

from __future__ import annotations

from f2scrapy.danmaku.messages import Event
from f2scrapy.text import make_visible

# A column bears the name of the event's field. Texts are what people can see of them.
OF_USER = ("user_id", "sec_user_id", "unique_id", "nickname", "level")
OF_KIND = (
    *("action", "count", "total", "total_user", "member_count"),
    *("gift_id", "gift_name", "diamond_count", "repeat_count", "group_id", "repeat_end"),
)
NAMES = ("create_time", "room_id", "msg_id", "kind", "method", *OF_USER, "text", *OF_KIND)


def row(event: Event) -> list[str | int | None]:
    """The values of `NAMES`; None where this kind of event has no such field. Ids are texts."""
    moment = event.create_time.isoformat() if event.create_time else None
    msg_id = str(event.msg_id) if event.msg_id else None
    return [
        *(moment, event.room_id, msg_id, event.kind, _plain(event.method)),
        *(_plain(getattr(event.user, name, None)) for name in OF_USER),
        _plain(getattr(event, "content", "") or event.text),
        *(_plain(getattr(event, name, None)) for name in OF_KIND),
    ]


def _plain(value: object) -> str | int | None:
    """A value of a cell. Ids may be larger than what SQLite and spreadsheets count with."""
    if isinstance(value, int):
        return int(value) if abs(value) < 1 << 53 else str(value)
    return None if value is None else make_visible(str(value)).strip()
