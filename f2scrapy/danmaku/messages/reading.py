"""From parsed protobuf to values: times, people, lines of text with holes."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message as Proto

from f2scrapy.danmaku.messages.event import Event, Other, User
from f2scrapy.danmaku.proto import base_pb2 as base

_HOLE = re.compile(r"\{(\d{1,4})(?::\w+)?\}")
_NO_CLUB = base.FansClubData()
_HONOUR = "荣誉等级"
_DIGITS = 19  # a number of more is none that fits into 64 bits, and Python refuses thousands
_GIFTER_SCENE = 8  # of a badge: the level of a giver, on TikTok
_SECONDS_END = 100_000_000_000  # a clock in seconds reaches it in 5138, one in ms did in 1973
_CLOCK_END = 253_402_300_800_000  # ms: year 10000, which datetime cannot tell


def moment(clock: int) -> datetime | None:
    """Return the moment a platform's number means, seconds or ms since 1970; None for 0."""
    clock = clock * 1000 if clock < _SECONDS_END else clock
    if not 0 < clock < _CLOCK_END:
        return None
    return datetime.fromtimestamp(clock / 1000, UTC)


def person(user: base.User) -> User:
    """Return who a message shows."""
    has = user.HasField  # cheaper than an empty message
    club = user.fans_club.data if has("fans_club") else _NO_CLUB
    badges = _badges(user)
    return User(
        user_id=str(user.id) if user.id else user.id_str,
        sec_user_id=user.sec_uid,
        unique_id=user.display_id,
        nickname=user.nickname,
        level=(has("pay_grade") and user.pay_grade.level) or (_level(user) if badges else 0),
        fansclub=club.club_name,
        fansclub_level=club.level,
        badges=badges,
        is_admin=has("user_attr") and user.user_attr.is_admin,
    )


def _level(user: base.User) -> int:
    for image in user.badge_image_list:
        if image.content.alternative_text.startswith(_HONOUR):
            return image.content.level
    for badge in user.badge_list:
        level = badge.privilege_log_extra.level
        if badge.scene_type == _GIFTER_SCENE and level.isdecimal() and len(level) < _DIGITS:
            return int(level)
    return 0


def _badges(user: base.User) -> tuple[str, ...]:
    images = [image.content.alternative_text for image in user.badge_image_list]
    texts = [
        badge.text.default_pattern
        or badge.string.content
        or badge.combine.content
        or badge.combine.text.default_pattern
        for badge in user.badge_list
    ]
    return tuple(text for text in images + texts if text) if images or texts else ()


def line(text: base.Text) -> str:
    """Return *text* with its holes filled; a hole nothing is for stays as it is."""
    pieces = text.pieces

    def fill(hole: re.Match[str]) -> str:
        index = int(hole[1])
        return _piece(pieces[index]) if index < len(pieces) else hole[0]

    return _HOLE.sub(fill, text.default_pattern)


def _piece(piece: base.TextPiece) -> str:
    return (
        piece.string_value
        or piece.user_value.user.nickname
        or piece.gift_value.name_ref.default_pattern
        or piece.pattern_ref_value.default_pattern
    )


class Rule:
    """How messages of one method become events.

    Fields the event and the protobuf message both name are copied; *more* returns what is not
    that simple. The time of the server is that of the header, else of *clock*.
    """

    __slots__ = ("_clock", "_names", "_raw", "_repeated", "_user", "kind", "more", "proto")

    def __init__(
        self,
        proto: type[Proto],
        kind: type[Event],
        more: Callable[[Any], dict[str, Any]] | None = None,
        clock: str = "",
    ) -> None:
        fields = proto.DESCRIPTOR.fields_by_name
        common = [name for name in kind.__struct_fields__ if name not in Event.__struct_fields__]
        plain = [name for name in common if name in fields and not fields[name].message_type]
        self.proto, self.kind, self.more, self._clock = proto, kind, more, clock
        self._repeated = tuple(name for name in plain if fields[name].is_repeated)
        self._names = tuple(name for name in plain if not fields[name].is_repeated)
        self._user = "user" in fields
        self._raw = issubclass(kind, Other)

    def event(self, message: base.Message, room_id: str) -> Event:
        """Parse the payload of *message*.

        Raises:
            google.protobuf.message.DecodeError: it is not what its method says.
        """
        parsed: Any = self.proto.FromString(message.payload)
        common = parsed.common
        clock = common.create_time or (self._clock and getattr(parsed, self._clock))
        values: dict[str, Any] = {
            "method": message.method,
            "msg_id": message.msg_id or common.msg_id,
            "room_id": room_id or str(common.room_id or ""),
            "create_time": moment(clock) if clock else None,
        }
        if self._user and parsed.HasField("user"):
            values["user"] = person(parsed.user)
        for name in self._names:
            values[name] = getattr(parsed, name)
        for name in self._repeated:
            values[name] = tuple(getattr(parsed, name))
        if self._raw:
            values["payload"] = message.payload
        if self.more:
            values.update(self.more(parsed))
        return self.kind(**values)


def others(kind: type[Event], proto: type[Proto], names: Iterable[str]) -> dict[str, Rule]:
    """Rules for methods known by name only."""
    rule = Rule(proto, kind, lambda parsed: {"content": line(parsed.common.display_text)})
    return dict.fromkeys((f"Webcast{name}" for name in names), rule)
