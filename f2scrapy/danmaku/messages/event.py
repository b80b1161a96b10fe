"""Define the base of all events, the same for both platforms, and their users."""

import re
from datetime import datetime
from typing import Any, ClassVar

from msgspec import Struct, to_builtins
from msgspec.structs import replace

# Ids that Douyin gives to all users of a room that hides them (reports of 2025 and 2026), and none.
_SHARED_IDS = frozenset({"", "0", "111111"})
_MASKED = re.compile(r".{0,2}\*{3}.{0,2}")  # a name that the platform hides
_OF_ARRIVAL = frozenset({"received_time", "raw"})


class User(Struct, frozen=True, kw_only=True):
    """The user of an event, as the message shows them.

    ``level`` is the level of a giver (荣誉等级, on TikTok that of the gifter badge), 0 if the
    message has none; ``badges`` are the texts of the badges before the name, and the addresses of
    those that are pictures alone. Ids that a platform leaves out are ``""``. ``avatar`` is an
    address, which TikTok signs for some days. ``gender`` is 1 male, 2 female (Douyin), 0 not
    stated. ``follow_status`` is 0 if the viewer of the room does not follow the user. Counts are 0
    if the message has none.
    """

    user_id: str = ""
    sec_user_id: str = ""
    unique_id: str = ""
    nickname: str = ""
    level: int = 0
    fansclub: str = ""
    fansclub_level: int = 0
    badges: tuple[str, ...] = ()
    is_admin: bool = False
    avatar: str = ""
    gender: int = 0
    following_count: int = 0
    follower_count: int = 0
    follow_status: int = 0
    is_subscriber: bool = False  # TikTok: of the host

    @property
    def identity(self) -> str:
        """The text that is equal for messages of one user, and different for two.

        It is the id, but for a user whom the room hides: those share an id and have masked names
        such as ``用***``, so the name is part of it.
        """
        if self.user_id not in _SHARED_IDS and not _MASKED.fullmatch(self.nickname):
            return self.user_id
        return "\n".join((self.user_id, self.sec_user_id, self.unique_id, self.nickname))


class Event(Struct, frozen=True, kw_only=True, eq=False):
    """An event of a room, with the fields that all events have.

    ``kind`` is the short word to filter by, the same on both platforms; ``method`` the platform's
    own name. ``create_time`` is the server's clock (aware, UTC), None if the message has no time;
    ``received_time`` is the arrival by the same clock, None if the caller gave none.
    ``msg_id`` is 0 and ``room_id`` ``""`` if neither message nor caller has them. ``raw`` is the
    message as it came, if the caller wants to keep it; it is part of no JSON: see `as_dict`. Two
    events are equal if the platform stated the same: ``received_time`` and ``raw`` do not count.
    """

    kind: ClassVar[str] = ""
    method: str = ""
    msg_id: int = 0
    room_id: str = ""
    create_time: datetime | None = None
    received_time: datetime | None = None
    user: User | None = None
    raw: bytes = b""

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        names = (name for name in self.__struct_fields__ if name not in _OF_ARRIVAL)
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def __hash__(self) -> int:
        return hash((self.method, self.msg_id, self.room_id, self.create_time))

    @property
    def moment(self) -> datetime | None:
        """The time of the event: of its creation if the platform states it, else of its arrival."""
        return self.create_time or self.received_time

    @property
    def text(self) -> str:
        """The event as one line for people. It may hold text of strangers: sinks sanitize it."""
        return self.kind

    @property
    def nickname(self) -> str:
        """The nickname of the user; ``""`` if the event has no user."""
        return self.user.nickname if self.user else ""


class Unknown(Event, frozen=True, kw_only=True):
    """A message with a method that is not in the tables, or with a payload that does not parse.

    ``error`` describes the fault of the payload; None means that the method is unknown. ``content``
    is the line of text in the header, ``""`` for most.
    """

    kind: ClassVar[str] = "unknown"
    content: str = ""
    payload: bytes = b""
    error: str | None = None

    @property
    def text(self) -> str:
        if self.content and not self.error:
            return self.content
        error = self.error or "not known"
        return f"{self.method}: {error} ({len(self.payload)} bytes)"


class Other(Event, frozen=True, kw_only=True):
    """A message with a known method, of which only the header is understood.

    ``content`` is the line of text in the header, ``""`` for most.
    """

    kind: ClassVar[str] = "other"
    content: str = ""
    payload: bytes = b""

    @property
    def text(self) -> str:
        return self.content or self.method


class Gap(Event, frozen=True, kw_only=True):
    """A time, by this machine's clock, without messages and no sign that all of them came later.

    ``reason`` explains it in one line.
    """

    kind: ClassVar[str] = "gap"
    method: str = "gap"
    began: datetime
    ended: datetime
    reason: str

    @property
    def text(self) -> str:
        seconds = (self.ended - self.began).total_seconds()
        return f"gap of {seconds:.1f} s: {self.reason}"


def as_dict(event: Event) -> dict[str, Any]:
    """Return *event* as values of JSON, ``kind`` first, then its fields in their order.

    Times are ISO 8601 in UTC, bytes are base64, the user is a dict or None. ``raw`` is left out,
    and ``received_time`` if it is None.
    """
    values = to_builtins(replace(event, raw=b"") if event.raw else event)
    del values["raw"]
    if event.received_time is None:
        del values["received_time"]
    return {"kind": event.kind, **values}
