"""Parse one message of the wire to an event; this never fails."""

from datetime import datetime
from typing import Any

from google.protobuf.message import DecodeError
from msgspec import ValidationError, convert

from f2scrapy.danmaku.messages import douyin, shared, tiktok
from f2scrapy.danmaku.messages.event import Event, Gap, Other, Unknown
from f2scrapy.danmaku.messages.reading import Rule, read_header
from f2scrapy.danmaku.proto.base_pb2 import Message

# Errors that a hostile message may cause in a rule; DecodeError is that of protobuf.
_SHAPE_ERRORS = (DecodeError, ArithmeticError, AttributeError, LookupError, RecursionError,
                 TypeError, ValueError)  # fmt: skip
TABLE = shared.TABLE | douyin.TABLE | tiktok.TABLE  # no method is in two tables
_EVENTS: tuple[type[Event], ...] = (Unknown, Gap, *(rule.event_type for rule in TABLE.values()))
_CLASSES = {event_type.kind: event_type for event_type in _EVENTS}
KINDS = frozenset(_CLASSES)
# Kinds of events that hold their message in ``payload``, also as JSON.
RAW_KINDS = frozenset(
    kind for kind, event_type in _CLASSES.items() if issubclass(event_type, Other | Unknown)
)


def _find_rule(method: str) -> Rule | None:
    # TikTok omits the prefix at times: LinkMicMethod, RoomMessage (recorded 2023).
    return TABLE.get(method) or TABLE.get(f"Webcast{method}")


def get_kind(method: str) -> str:
    """Return the kind of events for messages of *method*, without parsing one.

    A message that does not parse becomes an `Unknown` nevertheless.
    """
    rule = _find_rule(method)
    return rule.event_type.kind if rule else Unknown.kind


def from_dict(entry: dict[str, Any]) -> Event:
    """Return the event of which `as_dict` made *entry*; unknown keys are ignored.

    An unknown kind, or a field with a wrong value, makes it an `Unknown`.
    """
    event_type = _CLASSES.get(str(entry.get("kind")))
    method = str(entry.get("method", ""))
    if event_type is None:
        return Unknown(method=method, error="unknown kind of event")
    try:
        return convert(entry, event_type)
    except ValidationError as reason:
        return Unknown(method=method, error=str(reason))


def parse_message(
    message: Message,
    *,
    room_id: str = "",
    received: datetime | None = None,
    keep_payload: bool = False,
) -> Event:
    """Return the event of *message*; `Unknown` if it cannot be parsed. This never fails.

    *room_id* is the room of the connection; without it events have the room_id of the message.
    *received* is the time of arrival. *keep_payload* fills ``raw`` of the event.
    """
    rule = _find_rule(message.method)
    error = None
    if rule is not None:
        try:
            return rule.parse(message, room_id, received, keep=keep_payload)
        except _SHAPE_ERRORS as reason:
            error = str(reason) or "does not parse"
    header = read_header(message)
    return Unknown(
        method=message.method,
        msg_id=message.msg_id,
        received_time=received,
        payload=message.payload,
        error=error,
        **header | {"room_id": room_id or header.get("room_id", "")},
    )
