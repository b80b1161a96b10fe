"""Event: one thing that happened in a room, whichever platform said so; and who did it."""

from datetime import datetime
from typing import Any, ClassVar

from msgspec import Struct, to_builtins


class User(Struct, frozen=True, kw_only=True):
    """Who did it, as the message shows them.

    ``level`` is the level of a giver (荣誉等级, on TikTok that of the gifter badge), 0 where the
    message has none; ``badges`` are the texts of what stands before the name. Ids a platform
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
    """What every event has.

    ``kind`` is the short word people filter by, the same on both platforms; ``method`` the
    platform's own name. ``create_time`` is the server's clock (aware, UTC), None where the
    message bears no time. ``msg_id`` is 0 and ``room_id`` ``""`` if neither message nor caller
    knows them.
    """

    kind: ClassVar[str] = ""
    method: str = ""
    msg_id: int = 0
    room_id: str = ""
    create_time: datetime | None = None
    user: User | None = None

    @property
    def text(self) -> str:
        """One plain line a person reads. It holds text of strangers: sinks make it harmless."""
        return self.kind

    @property
    def nickname(self) -> str:
        """Who, in a line of text; ``""`` if nobody did it."""
        return self.user.nickname if self.user else ""


class Unknown(Event, frozen=True, kw_only=True):
    """A message nobody can read: a method not in the tables, or a payload that does not parse.

    ``error`` says what was wrong with the payload; None means the method is not known.
    """

    kind: ClassVar[str] = "unknown"
    payload: bytes = b""
    error: str | None = None

    @property
    def text(self) -> str:
        why = self.error or "not known"
        return f"{self.method}: {why} ({len(self.payload)} bytes)"


class Other(Event, frozen=True, kw_only=True):
    """A message known by name, of which only the header is understood.

    ``content`` is the line the header bears, ``""`` for most.
    """

    kind: ClassVar[str] = "other"
    content: str = ""
    payload: bytes = b""

    @property
    def text(self) -> str:
        return self.content or self.method


class Gap(Event, frozen=True, kw_only=True):
    """Nobody listened between two moments of this machine's clock.

    And nothing shows that all that was said meanwhile was told later; ``reason`` says what it is.
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
    """Return *event* as JSON knows it, ``kind`` first, then its fields in their order.

    Times are ISO 8601 in UTC, bytes base64, who did it a dict or None.
    """
    return {"kind": event.kind, **to_builtins(event)}
