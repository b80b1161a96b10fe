"""One message of the wire becomes an Event, whatever it holds."""

from google.protobuf.message import DecodeError

from f2scrapy.danmaku.messages import douyin, shared, tiktok
from f2scrapy.danmaku.messages.event import Event, Gap, Unknown
from f2scrapy.danmaku.messages.reading import Rule
from f2scrapy.danmaku.proto.base_pb2 import Message

TABLE = shared.TABLE | douyin.TABLE | tiktok.TABLE  # no method means two things
KINDS = frozenset(rule.kind.kind for rule in TABLE.values()) | {Unknown.kind, Gap.kind}


def _rule(method: str) -> Rule | None:
    # TikTok drops the prefix at times: LinkMicMethod, RoomMessage (recorded 2023).
    return TABLE.get(method) or TABLE.get(f"Webcast{method}")


def kind_of(method: str) -> str:
    """Return the kind of the events that messages of *method* become, without parsing one.

    A message that does not parse becomes an `Unknown` all the same.
    """
    rule = _rule(method)
    return rule.kind.kind if rule else Unknown.kind


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
