"""Convert events to rows of a table, the same in SQLite and CSV; sums of gifts are right in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from f2scrapy.danmaku.gifts import Gifts
from f2scrapy.danmaku.messages import Event, Gift, User
from f2scrapy.text import make_visible

# A column has the name of the event's field.
USER_FIELDS = ("user_id", "sec_user_id", "unique_id", "nickname", "level")
KIND_FIELDS = (
    *("action", "count", "total", "total_user", "member_count"),
    *("gift_id", "gift_name", "diamond_count", "repeat_count", "group_id", "repeat_end"),
)
# `given` and `coins` are the part of a gift that no earlier row has: a combo's rows are cumulative.
NET_FIELDS = ("given", "coins")
LATER = ("received_time", "to_user_id", "to_nickname", *NET_FIELDS)  # since 2026-12
FIRST = ("create_time", "room_id", "msg_id", "kind", "method", *USER_FIELDS, "text", *KIND_FIELDS)
NAMES = (*FIRST, *LATER)

Row = dict[str, Any]


class Rows:
    """Makes the rows of one table, and nets the gifts in it.

    A row is a dict with the keys `NAMES`. `restore` continues a table of an earlier run.
    """

    def __init__(self) -> None:
        self._gifts = Gifts()

    def make(self, event: Event) -> Row:
        """Return the row of an event; None if its kind has no such field. Ids are texts."""
        row = _make_row(event)
        return row | (self.restore(row) if isinstance(event, Gift) else {})

    def restore(self, row: Mapping[str, Any]) -> Row:
        """Return `given` and `coins` of a gift's row, and remember it.

        The cells decide, not the event, so that a row of the file is as good.
        """
        net = self._gifts.add(_read_gift(row))
        return dict(zip(NET_FIELDS, net, strict=True))


def _make_row(event: Event) -> Row:
    receiver = event.to_user if isinstance(event, Gift) else None
    user = event.user
    return {
        "create_time": event.create_time.isoformat() if event.create_time else None,
        "room_id": event.room_id,
        "msg_id": str(event.msg_id) if event.msg_id else None,
        "kind": event.kind,
        "method": _make_cell(event.method),
        **{name: _make_cell(getattr(user, name, None)) for name in USER_FIELDS},
        "text": _make_cell(getattr(event, "content", "") or event.text),
        **{name: _make_cell(getattr(event, name, None)) for name in KIND_FIELDS},
        "received_time": event.received_time.isoformat() if event.received_time else None,
        "to_user_id": _make_cell(receiver.user_id) if receiver else None,
        "to_nickname": _make_cell(receiver.nickname) if receiver else None,
        "given": None,
        "coins": None,
    }


def _read_gift(row: Mapping[str, Any]) -> Gift:
    return Gift(
        msg_id=_read_number(row["msg_id"]),
        group_id=_read_number(row["group_id"]),
        gift_id=_read_number(row["gift_id"]),
        gift_name=_read_text(row["gift_name"]),
        diamond_count=_read_number(row["diamond_count"]),
        repeat_count=_read_number(row["repeat_count"]),
        user=User(
            user_id=_read_text(row["user_id"]),
            sec_user_id=_read_text(row["sec_user_id"]),
            unique_id=_read_text(row["unique_id"]),
            nickname=_read_text(row["nickname"]),
        ),
        to_user=User(
            user_id=_read_text(row["to_user_id"]), nickname=_read_text(row["to_nickname"])
        ),
    )


def _read_text(cell: object) -> str:
    """Return the text of a cell, without the sign that keeps a spreadsheet from executing it."""
    return "" if cell is None else str(cell).lstrip("'")


def _read_number(cell: object) -> int:
    text = _read_text(cell)
    return int(text) if text.isdecimal() else 0


def _make_cell(value: object) -> str | int | None:
    """Return the value of a cell: visible text, None, or a number that every program can read.

    Ids may be larger than the numbers of SQLite and spreadsheets; these become text.
    """
    if isinstance(value, int):
        return int(value) if abs(value) < 1 << 53 else str(value)
    return None if value is None else make_visible(str(value)).strip()
