"""One message of the wire becomes an Event, whatever it holds."""

from typing import Any

from google.protobuf.message import DecodeError
from msgspec import ValidationError, convert

from f2scrapy.danmaku.messages import douyin, shared, tiktok
from f2scrapy.danmaku.messages.event import Event, Gap, Unknown
from f2scrapy.danmaku.messages.reading import Rule
from f2scrapy.danmaku.proto.base_pb2 import Message

TABLE = shared.TABLE | douyin.TABLE | tiktok.TABLE  # no method means two things
_EVENTS: tuple[type[Event], ...] = (Unknown, Gap, *(rule.kind for rule in TABLE.values()))
_CLASSES = {kind.kind: kind for kind in _EVENTS}
KINDS = frozenset(_CLASSES)


def _rule(method: str) -> Rule | None:
    # TikTok drops the prefix at times: LinkMicMethod, RoomMessage (recorded 2023).
    return TABLE.get(method) or TABLE.get(f"Webcast{method}")


def kind_of(method: str) -> str:
    """Return the kind of the events that messages of *method* become, without parsing one.

    A message that does not parse becomes an `Unknown` all the same.
    """
    rule = _rule(method)
    return rule.kind.kind if rule else Unknown.kind


def from_dict(fact: dict[str, Any]) -> Event:
    """Return the event that `as_dict` made *fact* of; keys nobody knows are left out.

    What is no event of ours, or an event with a field that cannot be, is `Unknown`.
    """
    kind = _CLASSES.get(str(fact.get("kind")))
    if kind is None:
        return Unknown(method=str(fact.get("method", "")), error="a kind of event nobody knows")
    try:
        return convert(fact, kind)
    except ValidationError as reason:
        return Unknown(method=str(fact.get("method", "")), error=str(reason))


def read(message: Message, *, room_id: str = "") -> Event:
    """Return the event *message* is; `Unknown` if nobody can read it. It never fails.

    *room_id* is the room of the connection; without it events bear what their message says.
    """
    rule = _rule(message.method)
    error = None
    if rule is not None:
        try:
            return rule.event(message, room_id)
        except (DecodeError, UnicodeDecodeError) as reason:
            error = str(reason) or "does not parse"
    return Unknown(
        method=message.method,
        msg_id=message.msg_id,
        room_id=room_id,
        payload=message.payload,
        error=error,
    )
