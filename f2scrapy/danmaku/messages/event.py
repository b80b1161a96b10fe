"""Define the base of all events, the same for both platforms, and their users."""

from datetime import datetime
from typing import Any, ClassVar

from msgspec import Struct, to_builtins


class User(Struct, frozen=True, kw_only=True):
    """The user of an event, as the message shows them.

    ``level`` is the level of a giver (荣誉等级, on TikTok that of the gifter badge), 0 if the
    message has none; ``badges`` are the texts of the badges before the name. Ids that a platform
    leaves out are ``""``.
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


class Event(Struct, frozen=True, kw_only=True):
    """An event of a room, with the fields that all events have.

    ``kind`` is the short word to filter by, the same on both platforms; ``method`` the platform's
    own name. ``create_time`` is the server's clock (aware, UTC), None if the message has no time.
    ``msg_id`` is 0 and ``room_id`` ``""`` if neither message nor caller has them.
    """

    kind: ClassVar[str] = ""
    method: str = ""
    msg_id: int = 0
    room_id: str = ""
    create_time: datetime | None = None
    user: User | None = None

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
    """A time, by this machine's clock, with no connection and no sign that all messages came later.

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

    Times are ISO 8601 in UTC, bytes are base64, the user is a dict or None.
    """
    return {"kind": event.kind, **to_builtins(event)}
