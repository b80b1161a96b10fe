"""Convert protobuf to values of events: times, users, lines of text with placeholders."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message as Proto

from f2scrapy.danmaku.messages.event import Event, Other, User
from f2scrapy.danmaku.proto import base_pb2 as base

_PLACEHOLDER = re.compile(r"\{(\d{1,4})(?::\w+)?\}")
_NO_CLUB = base.FansClubData()
_HONOUR = "荣誉等级"
_MAX_DIGITS = 19  # longer numbers do not fit into 64 bits, and Python refuses thousands of digits
_GIFTER_SCENE = 8  # scene_type of a badge with the level of a giver, on TikTok
_SECONDS_END = 100_000_000_000  # a clock in s reaches it in the year 5138, one in ms did in 1973
# ms: the last year of datetime begins. A moment within it may leave the range in another time zone.
_CLOCK_END = 253_370_764_800_000


def parse_time(clock: int) -> datetime | None:
    """Convert a clock of a platform, s or ms since 1970; None if it is 0 or out of range."""
    clock = clock * 1000 if clock < _SECONDS_END else clock
    if not 0 < clock < _CLOCK_END:
        return None
    return datetime.fromtimestamp(clock / 1000, UTC)


def build_user(user: base.User) -> User:
    """Return the user in a message."""
    has = user.HasField  # cheaper than an empty message
    club = user.fans_club.data if has("fans_club") else _NO_CLUB
    badges = _collect_badges(user)
    return User(
        user_id=str(user.id) if user.id else user.id_str,
        sec_user_id=user.sec_uid,
        unique_id=user.display_id,
        nickname=user.nickname,
        level=(has("pay_grade") and user.pay_grade.level) or (_find_level(user) if badges else 0),
        fansclub=club.club_name,
        fansclub_level=club.level,
        badges=badges,
        is_admin=has("user_attr") and user.user_attr.is_admin,
    )


def _find_level(user: base.User) -> int:
    for image in user.badge_image_list:
        if image.content.alternative_text.startswith(_HONOUR):
            return image.content.level
    for badge in user.badge_list:
        level = badge.privilege_log_extra.level
        if badge.scene_type == _GIFTER_SCENE and level.isdecimal() and len(level) < _MAX_DIGITS:
            return int(level)
    return 0


def _collect_badges(user: base.User) -> tuple[str, ...]:
    images = [image.content.alternative_text for image in user.badge_image_list]
    texts = [
        badge.text.default_pattern
        or badge.string.content
        or badge.combine.content
        or badge.combine.text.default_pattern
        for badge in user.badge_list
    ]
    return tuple(text for text in images + texts if text) if images or texts else ()


def render_text(text: base.Text) -> str:
    """Return *text* with its placeholders filled; one without a piece stays unchanged."""
    pieces = text.pieces

    def fill(placeholder: re.Match[str]) -> str:
        index = int(placeholder[1])
        if index >= len(pieces):
            return placeholder[0]
        return _render_piece(pieces[index])

    return _PLACEHOLDER.sub(fill, text.default_pattern)


def _render_piece(piece: base.TextPiece) -> str:
    return (
        piece.string_value
        or piece.user_value.user.nickname
        or piece.gift_value.name_ref.default_pattern
        or piece.pattern_ref_value.default_pattern
    )


class Rule:
    """The rule by which messages of one method become events of one type.

    Fields with the same name in event and protobuf message are copied; *extract* returns all other
    values. The server's time is the one in the header, else the one in the field *clock*.
    """

    __slots__ = ("_clock", "_names", "_raw", "_repeated", "_user", "event_type", "extract", "proto")

    def __init__(
        self,
        proto: type[Proto],
        event_type: type[Event],
        extract: Callable[[Any], dict[str, Any]] | None = None,
        clock: str = "",
    ) -> None:
        fields = proto.DESCRIPTOR.fields_by_name
        own = [name for name in event_type.__struct_fields__ if name not in Event.__struct_fields__]
        plain = [name for name in own if name in fields and not fields[name].message_type]
        self.proto, self.event_type, self.extract, self._clock = proto, event_type, extract, clock
        self._repeated = tuple(name for name in plain if fields[name].is_repeated)
        self._names = tuple(name for name in plain if not fields[name].is_repeated)
        self._user = "user" in fields
        self._raw = issubclass(event_type, Other)

    def parse(self, message: base.Message, room_id: str) -> Event:
        """Return the event of *message*.

        Raises:
            google.protobuf.message.DecodeError: the payload does not fit the method.
        """
        parsed: Any = self.proto.FromString(message.payload)
        common = parsed.common
        clock = common.create_time or (self._clock and getattr(parsed, self._clock))
        values: dict[str, Any] = {
            "method": message.method,
            "msg_id": message.msg_id or common.msg_id,
            "room_id": room_id or str(common.room_id or ""),
            "create_time": parse_time(clock) if clock else None,
        }
        if self._user and parsed.HasField("user"):
            values["user"] = build_user(parsed.user)
        for name in self._names:
            values[name] = getattr(parsed, name)
        for name in self._repeated:
            values[name] = tuple(getattr(parsed, name))
        if self._raw:
            values["payload"] = message.payload
        if self.extract:
            values.update(self.extract(parsed))
        return self.event_type(**values)


def make_header_rules(
    event_type: type[Event], proto: type[Proto], names: Iterable[str]
) -> dict[str, Rule]:
    """Return rules for methods of which only the header is understood."""
    rule = Rule(
        proto, event_type, lambda parsed: {"content": render_text(parsed.common.display_text)}
    )
    return dict.fromkeys((f"Webcast{name}" for name in names), rule)
