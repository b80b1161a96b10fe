"""Convert protobuf to values of events: times, users, lines of text with placeholders."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import DecodeError
from google.protobuf.message import Message as Proto

from f2scrapy.danmaku.messages.event import Event, Other, User
from f2scrapy.danmaku.messages.lenient import parse
from f2scrapy.danmaku.proto import base_pb2 as base
from f2scrapy.danmaku.proto import client_pb2 as client

_PLACEHOLDER = re.compile(r"\{(\d{1,4})(?::\w+)?\}")
_NO_CLUB = base.FansClubData()
_NO_COMMON = base.Common()
_HONOUR = "荣誉等级"
_MAX_DIGITS = 19  # longer numbers do not fit into 64 bits, and Python refuses thousands of digits
_GIFTER_SCENE = 8  # scene_type of a badge with the level of a giver, on TikTok
_FANS_SCENE = 10  # with the level in the fan club of the host
_ICON_LEVEL = re.compile(r"level_v\d+_(\d{1,3})\b")  # new_user_grade_level_v1_9.png
_NO_FOLLOWS = base.FollowInfo()
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
    follows = user.follow_info if has("follow_info") else _NO_FOLLOWS
    badges = _collect_badges(user)
    name, level = club.club_name, club.level
    if badges and not level:
        level = _find_badge_level(user, _FANS_SCENE)
    if has("fans_club_info"):
        name = name or user.fans_club_info.fans_club_name
        level = level or user.fans_club_info.fans_level
    return User(
        user_id=str(user.id) if user.id else user.id_str,
        sec_user_id=user.sec_uid,
        unique_id=user.display_id,
        nickname=user.nickname,
        level=(has("pay_grade") and user.pay_grade.level) or _find_level(user, badges),
        fansclub=name,
        fansclub_level=level,
        badges=badges,
        is_admin=has("user_attr") and user.user_attr.is_admin,
        avatar=get_address(user.avatar_thumb) if has("avatar_thumb") else "",
        gender=user.gender,
        following_count=follows.following_count,
        follower_count=follows.follower_count,
        follow_status=follows.follow_status,
        is_subscriber=has("subscribe_info") and user.subscribe_info.is_subscribed_to_anchor,
    )


def get_address(image: base.Image) -> str:
    """Return the first address of an image; ``""`` if it has none."""
    addresses = image.url_list
    return addresses[0] if addresses else ""


def _find_level(user: base.User, badges: tuple[str, ...]) -> int:
    """Return the level of a giver from a badge, else from the name of an icon, else 0."""
    for image in user.badge_image_list if badges else ():
        if image.content.alternative_text.startswith(_HONOUR):
            return image.content.level
    return (_find_badge_level(user, _GIFTER_SCENE) if badges else 0) or _find_icon_level(user)


def _find_badge_level(user: base.User, scene: int) -> int:
    for badge in user.badge_list:
        level = badge.privilege_log_extra.level
        if badge.scene_type == scene and level.isdecimal() and len(level) < _MAX_DIGITS:
            return int(level)
    return 0


def _find_icon_level(user: base.User) -> int:
    if not user.HasField("pay_grade"):
        return 0
    icon = user.pay_grade.new_im_icon_with_level
    found = _ICON_LEVEL.search(icon.uri or get_address(icon))
    return int(found[1]) if found else 0


def _collect_badges(user: base.User) -> tuple[str, ...]:
    """Return the texts of badges; of one that is only a picture, its address."""
    images = [
        image.content.alternative_text or get_address(image) for image in user.badge_image_list
    ]
    texts = [
        badge.text.default_pattern
        or badge.string.content
        or badge.combine.content
        or badge.combine.text.default_pattern
        or get_address(badge.combine.icon)
        or get_address(badge.image.image)
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

    __slots__ = (
        "_clock",
        "_common",
        "_names",
        "_raw",
        "_repeated",
        "_user",
        "event_type",
        "extract",
        "proto",
    )

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
        self._common = "common" in fields
        self._raw = issubclass(event_type, Other)

    def parse(
        self, message: base.Message, room_id: str, received: datetime | None, *, keep: bool
    ) -> Event:
        """Return the event of *message*; with *keep*, its payload is in ``raw``.

        Raises:
            google.protobuf.message.DecodeError: the payload does not fit the method.
        """
        payload = message.payload
        parsed: Any = parse(self.proto, payload)
        common = parsed.common if self._common else _NO_COMMON
        clock = common.create_time or (self._clock and getattr(parsed, self._clock))
        values: dict[str, Any] = {
            "method": message.method,
            "msg_id": message.msg_id or common.msg_id,
            "room_id": room_id or str(common.room_id or ""),
            "create_time": parse_time(clock) if clock else None,
            "received_time": received,
        }
        if self._user and parsed.HasField("user"):
            values["user"] = build_user(parsed.user)
        for name in self._names:
            values[name] = getattr(parsed, name)
        for name in self._repeated:
            values[name] = tuple(getattr(parsed, name))
        if self._raw:
            values["payload"] = payload
        elif keep:
            values["raw"] = payload
        if self.extract:
            values.update(self.extract(parsed))
        return self.event_type(**values)


def read_header(message: base.Message) -> dict[str, Any]:
    """Return what the header of a message of any method holds: room, time, user, line of text."""
    try:
        common = client.HeaderOnly.FromString(message.payload).common
    except (DecodeError, UnicodeDecodeError):
        return {}
    values = {
        "create_time": parse_time(common.create_time),
        "content": render_text(common.display_text),
        "user": _read_header_user(common.user),
    }
    if common.room_id:
        values["room_id"] = str(common.room_id)
    return values


def _read_header_user(data: bytes) -> User | None:
    """Return the user in a header of Douyin; None for the text that TikTok has in its place."""
    try:
        user = base.User.FromString(data)
    except (DecodeError, UnicodeDecodeError):
        return None
    return build_user(user) if user.id and user.nickname else None


def make_header_rules(
    event_type: type[Event],
    proto: type[Proto],
    names: Iterable[str],
    extract: Callable[[Any], dict[str, Any]] | None,
) -> dict[str, Rule]:
    """Return rules for methods of which only the header is understood."""
    rule = Rule(proto, event_type, extract)
    return dict.fromkeys((f"Webcast{name}" for name in names), rule)


def extract_text(message: Any) -> dict[str, Any]:
    """Return the text in the header of a message."""
    return {"content": render_text(message.common.display_text)}


def extract_header(message: Any) -> dict[str, Any]:
    """Return the text and the user in the header of a message of Douyin."""
    common: base.Common = message.common
    values: dict[str, Any] = {"content": render_text(common.display_text) or common.describe}
    if common.user:
        values["user"] = build_user(parse(base.User, common.user))
    return values
