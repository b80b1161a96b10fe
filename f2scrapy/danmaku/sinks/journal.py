"""Journal: every event of a room as one line of JSON; what all other forms can be made from later.

A line's `kind` says what it is: that of an event, "opened" (the room, each time it is written to),
or "clock" (see clock.py). A journal goes on in further parts: name.jsonl, name.2.jsonl …
Where a run goes on after an earlier one, a gap says for how long nobody listened.
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
from f2scrapy.danmaku.sinks.lines import Lines

SUFFIX = ".jsonl"
PART_BYTES = 256 << 20
_APART = "nobody listened between two runs"

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
        self._part = max(len(parts(_part(self._base, 1))), 1)
        left, now = _written(_part(self._base, self._part)), datetime.now(UTC)
        self._begin()
        if left:
            gap = Gap(began=min(left, now), ended=now, reason=_APART, room_id=room.room_id)
            self.note(as_dict(gap))

    def write(self, events: Sequence[Event]) -> None:
        if self._lines.size >= self._part_bytes:
            self._lines.close()
            self._part += 1
            self._begin()
        self._lines.append(b"".join(line(as_dict(event)) for event in events))

    def note(self, fact: dict[str, Any]) -> None:
        """Write a line that is no event, such as one of the clock."""
        self._lines.append(line(fact))

    def close(self) -> None:
        self._lines.close()

    def _begin(self) -> None:
        self._lines = Lines(_part(self._base, self._part))
        self.note(opened(self._room))


def opened(room: Room) -> dict[str, Any]:
    """What stands at the top of each part, and wherever a later run went on."""
    return {
        "kind": "opened",
        "opened": datetime.now(UTC),
        **dataclasses.asdict(room),
    }


def line(fact: dict[str, Any]) -> bytes:
    """One line of JSON; half a surrogate pair, which is no text, stays as JSON's own escape."""
    return _encode(fact).encode(errors="backslashreplace") + b"\n"


def parts(first: Path) -> list[Path]:
    """The parts there are of the journal that begins with `first`, in their order."""
    base = first.with_name(first.name.removesuffix(SUFFIX))
    return list(takewhile(Path.exists, (_part(base, number) for number in count(1))))


def read(path: Path) -> Iterator[dict[str, Any] | None]:
    """The lines of one part; None for one that cannot be read, as the torn last of a killed run.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        for data in file:
            try:
                fact = json.loads(data)
            except ValueError:
                fact = None
            yield fact if isinstance(fact, dict) else None


def _written(path: Path) -> datetime | None:
    """When a file was last written to; None = never."""
    if not path.exists() or not (about := path.stat()).st_size:
        return None
    return datetime.fromtimestamp(about.st_mtime, UTC)


def _part(base: Path, number: int) -> Path:
    return base.with_name(f"{base.name}{'' if number == 1 else f'.{number}'}{SUFFIX}")
