"""Read the messages in a journal again, with the fields that this version knows."""

from __future__ import annotations

from base64 import b64decode
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from f2scrapy.danmaku.messages import Event, Unknown, as_dict, from_dict, parse_message
from f2scrapy.danmaku.messages.table import RAW_KINDS
from f2scrapy.danmaku.proto.base_pb2 import Message
from f2scrapy.danmaku.sinks.journal import (
    NO_EVENT,
    PAYLOADS,
    add_payloads,
    encode_line,
    find_parts,
    read_entries,
    read_payloads,
)
from f2scrapy.danmaku.sinks.lines import LineFile
from f2scrapy.errors import InputError


@dataclass
class Reread:
    """The numbers of one journal that was read again."""

    events: int = 0
    parsed: int = 0  # events of which the message is in the journal
    changed: int = 0  # of these: events with other values than before
    unreadable: int = 0  # lines


def reread(journal: Path, out: Path) -> Reread:
    """Write the journal `out`: `journal` with all its events parsed from their messages again.

    An event without its message, of a version before 2026-12 or without F2_DANMAKU_PAYLOADS, stays
    as it is; so does one that this version cannot parse.

    Raises:
        InputError: `journal` cannot be read, or `out` exists.
        OSError: `out` cannot be written.
    """
    if out.exists():
        raise InputError(f"{out}: this file exists; remove it, or name another one")
    if not journal.is_file():
        raise InputError(f"{journal}: this is no file")
    part = out.with_name(f"{out.name}.part")
    part.unlink(missing_ok=True)
    counts, lines = Reread(), LineFile(part)
    try:
        for path in find_parts(journal) or [journal]:
            for data in _convert_part(path, counts):
                lines.append(data)
    finally:
        lines.close()
    part.replace(out)
    return counts


def _convert_part(path: Path, counts: Reread) -> Iterator[bytes]:
    """Return the new lines of one part, in its order."""
    messages: deque[Message] = deque()
    batch: list[tuple[dict[str, Any], Event]] = []
    for entry in read_entries(path):
        if entry is None:
            counts.unreadable += 1
            continue
        is_event = entry.get("kind") not in NO_EVENT
        if not is_event or PAYLOADS in entry:
            yield _join(batch)
            batch.clear()
        if not is_event:
            yield encode_line(entry)
            continue
        if PAYLOADS in entry:
            messages = deque(_take_payloads(entry, counts))
        batch.append(_convert_event(entry, messages, counts))
    yield _join(batch)


def _join(batch: Sequence[tuple[dict[str, Any], Event]]) -> bytes:
    entries = [entry for entry, _ in batch]
    add_payloads(entries, [event for _, event in batch])
    return b"".join(map(encode_line, entries))


def _take_payloads(entry: dict[str, Any], counts: Reread) -> Iterable[Message]:
    """Return the messages of the batch that begins with *entry*, and remove them from it."""
    try:
        return read_payloads(entry)
    except ValueError:
        counts.unreadable += 1
        return ()
    finally:
        del entry[PAYLOADS]


def _convert_event(
    entry: dict[str, Any], messages: deque[Message], counts: Reread
) -> tuple[dict[str, Any], Event]:
    """Return the new entry of an event, and the event."""
    counts.events += 1
    message = messages.popleft() if messages else Message()
    if not message.method and entry.get("kind") in RAW_KINDS:
        message = _build_message(entry)
    if not message.method:
        return entry, from_dict(entry)
    counts.parsed += 1
    event = _parse(message, entry)
    if isinstance(event, Unknown) and event.error:  # the entry stays, and so does its message
        raw = b"" if entry.get("kind") in RAW_KINDS else message.payload
        return entry, Unknown(method=message.method, msg_id=message.msg_id, raw=raw)
    new = as_dict(event)
    counts.changed += encode_line(new) != encode_line(entry)
    return new, event


def _build_message(entry: dict[str, Any]) -> Message:
    """Return the message in ``payload`` of an entry; an empty one if it is damaged."""
    try:
        payload = b64decode(entry["payload"], validate=True)
        return Message(method=entry["method"], payload=payload, msg_id=entry["msg_id"])
    except (KeyError, TypeError, ValueError):
        return Message()


def _parse(message: Message, entry: dict[str, Any]) -> Event:
    received = entry.get("received_time")
    return parse_message(
        message,
        room_id=str(entry.get("room_id", "")),
        received=datetime.fromisoformat(received) if received else None,
        keep_payload=True,
    )
