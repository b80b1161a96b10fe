"""Convert an event to a row of a table, the same in SQLite and CSV."""

from __future__ import annotations

from f2scrapy.danmaku.messages import Event
from f2scrapy.text import make_visible

# A column has the name of the event's field.
USER_FIELDS = ("user_id", "sec_user_id", "unique_id", "nickname", "level")
KIND_FIELDS = (
    *("action", "count", "total", "total_user", "member_count"),
    *("gift_id", "gift_name", "diamond_count", "repeat_count", "group_id", "repeat_end"),
)
NAMES = ("create_time", "room_id", "msg_id", "kind", "method", *USER_FIELDS, "text", *KIND_FIELDS)


def make_row(event: Event) -> list[str | int | None]:
    """Return the values of `NAMES`; None if this kind of event has no such field. Ids are texts."""
    moment = event.create_time.isoformat() if event.create_time else None
    msg_id = str(event.msg_id) if event.msg_id else None
    return [
        *(moment, event.room_id, msg_id, event.kind, _make_cell(event.method)),
        *(_make_cell(getattr(event.user, name, None)) for name in USER_FIELDS),
        _make_cell(getattr(event, "content", "") or event.text),
        *(_make_cell(getattr(event, name, None)) for name in KIND_FIELDS),
    ]


def _make_cell(value: object) -> str | int | None:
    """Return the value of a cell: visible text, None, or a number that every program can read.

    Ids may be larger than the numbers of SQLite and spreadsheets; these become text.
    """
    if isinstance(value, int):
        return int(value) if abs(value) < 1 << 53 else str(value)
    return None if value is None else make_visible(str(value)).strip()
