"""Write every event of a room as a line of JSON, from which `convert` makes all other formats.

Each line is an entry. Its `kind` is that of an event, "opened" (the room, at the start of each part
and each run), or "clock" (see clock.py). A journal continues in further parts: name.jsonl,
name.2.jsonl … A later run begins with a gap for the time since the last write.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count, takewhile
from pathlib import Path
from typing import Any, ClassVar

from f2scrapy.danmaku.messages import Event, Gap, as_dict
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks.lines import LineFile

SUFFIX = ".jsonl"
PART_BYTES = 256 << 20
_BETWEEN_RUNS = "no run was listening"

_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=datetime.isoformat
).encode


class Journal:
    """The journal at `base`, which is a path without suffix."""

    blocks: ClassVar = True

    def __init__(self, base: Path, part_bytes: int = PART_BYTES) -> None:
        self._base = base
        self._part_bytes = part_bytes

    def open(self, room: Room) -> None:
        self._room = room
        self._part = max(len(find_parts(_make_path(self._base, 1))), 1)
        last_write = _get_last_write(_make_path(self._base, self._part))
        now = datetime.now(UTC)
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
        self._lines.append(b"".join(encode_line(as_dict(event)) for event in events))

    def write_entry(self, entry: dict[str, Any]) -> None:
        """Write an entry that is no event, such as a mark of the clock."""
        self._lines.append(encode_line(entry))

    def close(self) -> None:
        self._lines.close()

    def _begin(self) -> None:
        self._lines = LineFile(_make_path(self._base, self._part))
        self.write_entry(make_opened_entry(self._room))


def make_opened_entry(room: Room) -> dict[str, Any]:
    """Return the first entry of each part and each run."""
    return {
        "kind": "opened",
        "opened": datetime.now(UTC),
        **dataclasses.asdict(room),
    }


def encode_line(entry: dict[str, Any]) -> bytes:
    """Return an entry as a line of JSON; a lone surrogate becomes an escape of JSON."""
    return _encode(entry).encode(errors="backslashreplace") + b"\n"


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
