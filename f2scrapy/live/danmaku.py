"""Danmaku beside a recording: one journal for each broadcast, with the clock of its segments.

The journal is `<name>_danmaku.jsonl` beside the segments; when a recording ends it gets lines of
kind "clock": at this moment of the platform's clock, that segment was at that place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from f2scrapy.errors import InputError
from f2scrapy.live.record import Record
from f2scrapy.live.recorder import Recorder
from f2scrapy.live.rooms import Target
from f2scrapy.live.runner import Companion

_PACKAGE = "f2scrapy.danmaku"


def companion() -> Companion:
    """What keeps a room's danmaku.

    Raises:
        InputError: this installation cannot.
    """
    if not find_spec(_PACKAGE):
        raise InputError("--danmaku: this installation has no f2scrapy.danmaku")
    return keep


async def keep(target: Target, recorder: Recorder, over: asyncio.Event) -> None:
    """Write the messages of the room to a journal until `over` is set, then the clock."""
    runner = import_module(f"{_PACKAGE}.runner")
    journal = import_module(f"{_PACKAGE}.sinks.journal")
    base = recorder.base.with_name(f"{recorder.base.name}_danmaku")
    await runner.run([target.link.id], sinks=lambda _room: [journal.Journal(base)], stop=over)
    last = journal.parts(base.with_name(f"{base.name}{journal.SUFFIX}"))[-1:]
    for part in last:
        lines = b"".join(journal.line(fact) for fact in marks(recorder.record))
        await asyncio.to_thread(_append, part, lines)


def _append(path: Any, lines: bytes) -> None:
    with path.open("ab") as file:
        file.write(lines)


def marks(record: Record) -> Iterator[dict[str, Any]]:
    """The clock of all segments as lines of a journal, by the platform's time."""
    ahead = record.server_ahead or 0.0
    for row in record.rows:
        end = [(row.seconds, row.end)] if row.clock else []
        for media, wall in (*row.clock, *end):
            moment = datetime.fromtimestamp(wall + ahead, UTC).isoformat()
            segment = row.file.rpartition(".")[0]
            media_ms = round(media * 1000)
            yield {"kind": "clock", "segment": segment, "server_time": moment, "media_ms": media_ms}
