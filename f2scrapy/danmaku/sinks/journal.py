"""Write every event of a room as a line of JSON, from which `convert` makes all other formats.

Each line is an entry. Its `kind` is that of an event, "opened" (the room, at the start of each part
and each run), or "clock" (see clock.py). The first event of a batch has the key `payloads`: the
messages of all events of the batch as they came, so that a later version can read them again (see
reread.py). A journal continues in further parts: name.jsonl, name.2.jsonl … A later run begins with
a gap for the time since the last write.
"""

from __future__ import annotations

import dataclasses
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count, takewhile
from pathlib import Path
from typing import Any, ClassVar

from f2scrapy.danmaku.clock import Now, read_now
from f2scrapy.danmaku.frames import MAX_INFLATED, FrameError, parse_response
from f2scrapy.danmaku.messages import Event, Gap, as_dict
from f2scrapy.danmaku.proto.base_pb2 import Message, Response
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks.lines import LineFile

SUFFIX = ".jsonl"
PART_BYTES = 256 << 20
PAYLOADS = "payloads"
NO_EVENT = frozenset({"opened", "clock"})  # kinds of entries
MAX_BATCH = 1 << 20  # bytes of messages in one batch
_LEVEL = 1  # of zlib: measured on recordings, 6 saves a tenth of the size for twice the time
_GZIP = 31  # zlib's value for the format
_BETWEEN_RUNS = "no run was listening"

_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=datetime.isoformat
).encode


class Journal:
    """The journal at `base`, which is a path without suffix."""

    blocks: ClassVar = True

    def __init__(
        self,
        base: Path,
        part_bytes: int = PART_BYTES,
        *,
        payloads: bool = True,
        now: Now = read_now,
    ) -> None:
        self._base, self._now = base, now
        self._part_bytes = part_bytes
        self._payloads = payloads

    def open(self, room: Room) -> None:
        self._room = room
        self._part = max(len(find_parts(_make_path(self._base, 1))), 1)
        last_write = _get_last_write(_make_path(self._base, self._part))
        now = self._now()
        self._begin()
        if last_write:
            began = min(last_write, now)
            gap = Gap(began=began, ended=now, reason=_BETWEEN_RUNS, room_id=room.room_id)
            self.write_entry(as_dict(gap))

    def write(self, events: Sequence[Event]) -> None:
        if self._lines.size >= self._part_bytes:
            self._lines.close()
            self._part += 1
            self._begin()
        batches = split_batches(events) if self._payloads else [events]
        self._lines.append(b"".join(map(self._encode_batch, batches)))

    def write_entry(self, entry: dict[str, Any]) -> None:
        """Write an entry that is no event, such as a mark of the clock."""
        self._lines.append(encode_line(entry))

    def close(self) -> None:
        self._lines.close()

    def _encode_batch(self, events: Sequence[Event]) -> bytes:
        entries = [as_dict(event) for event in events]
        if self._payloads:
            add_payloads(entries, events)
        return b"".join(map(encode_line, entries))

    def _begin(self) -> None:
        self._lines = LineFile(_make_path(self._base, self._part))
        self.write_entry(make_opened_entry(self._room, self._now()))


def make_opened_entry(room: Room, opened: datetime) -> dict[str, Any]:
    """Return the first entry of each part and each run."""
    return {"kind": "opened", "opened": opened, **dataclasses.asdict(room)}


def encode_line(entry: dict[str, Any]) -> bytes:
    """Return an entry as a line of JSON; a lone surrogate becomes an escape of JSON."""
    return _encode(entry).encode(errors="backslashreplace") + b"\n"


def split_batches(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Return events in groups; the messages of a group have about `MAX_BATCH` bytes at most."""
    first = size = 0
    for index, event in enumerate(events):
        if size and size + len(event.raw) > MAX_BATCH:
            yield events[first:index]
            first, size = index, 0
        size += len(event.raw)
    if events[first:]:
        yield events[first:]


def add_payloads(entries: Sequence[dict[str, Any]], events: Sequence[Event]) -> None:
    """Add the messages of *events* to the first of their *entries*, if any has its message.

    There is a place for each event: an event with its own ``payload``, or a gap, has an empty
    message there.
    """
    if not any(event.raw for event in events):
        return
    messages = [
        Message(method=event.method, payload=event.raw, msg_id=event.msg_id)
        if event.raw
        else Message()
        for event in events
    ]
    packed = zlib.compress(Response(messages=messages).SerializeToString(), _LEVEL, _GZIP)
    entries[0][PAYLOADS] = b64encode(packed).decode()


def read_payloads(entry: dict[str, Any]) -> Sequence[Message]:
    """Return the messages of the batch that begins with an entry, one for each event.

    Raises:
        ValueError: they are damaged.
    """
    try:
        data = b64decode(entry[PAYLOADS], validate=True)
        return parse_response(data, MAX_BATCH + MAX_INFLATED).messages
    except (FrameError, TypeError) as error:
        raise ValueError(f"payloads that cannot be read: {error}") from None


def find_parts(first: Path) -> list[Path]:
    """Return the existing parts of the journal with the first part `first`, in their order."""
    base = first.with_name(first.name.removesuffix(SUFFIX))
    return list(takewhile(Path.exists, (_make_path(base, number) for number in count(1))))


def read_entries(path: Path) -> Iterator[dict[str, Any] | None]:
    """Return the entries of one part; None for an unreadable line, such as one cut by a crash.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        for data in file:
            try:
                entry = json.loads(data)
            except ValueError:
                entry = None
            yield entry if isinstance(entry, dict) else None


def _get_last_write(path: Path) -> datetime | None:
    """Return the time of the last write to a file; None if it is missing or empty."""
    if not path.exists() or not (stat := path.stat()).st_size:
        return None
    return datetime.fromtimestamp(stat.st_mtime, UTC)


def _make_path(base: Path, number: int) -> Path:
    return base.with_name(f"{base.name}{'' if number == 1 else f'.{number}'}{SUFFIX}")
