"""Danmaku beside a recording: one journal for each broadcast, with the clock of its segments.

The journal is `<name>_danmaku.jsonl` beside the segments; when a recording ends it gets lines of
kind "clock": at this moment of the platform's clock, that segment was at that place.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from f2scrapy.errors import F2Error, InputError
from f2scrapy.live.record import Row
from f2scrapy.live.recorder import Recorder
from f2scrapy.live.runner import Companion
from f2scrapy.rooms import Target

logger = logging.getLogger(__name__)

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
    """Write the messages of the room to a journal until `over` is set, then the clock.

    The recording goes on without them where they cannot be had.
    """
    runner = import_module(f"{_PACKAGE}.runner")
    journal = import_module(f"{_PACKAGE}.sinks.journal")
    base = recorder.base.with_name(f"{recorder.base.name}_danmaku")
    try:
        sinks = [journal.Journal(base)]
        [ended] = await runner.run([target], sinks=lambda _room: sinks, stop=over)
        logger.info("%s: danmaku: %d messages %s", recorder.room.key, ended.messages, ended.why)
    except F2Error as error:
        logger.warning("%s: no danmaku: %s", recorder.room.key, error)
    files = {path.name for path in recorder.writer.segments}
    rows = [row for row in recorder.record.rows if row.file in files]
    ahead = recorder.record.server_ahead or 0.0
    last = journal.parts(base.with_name(f"{base.name}{journal.SUFFIX}"))[-1:]
    for part in last:
        lines = b"".join(journal.line(fact) for fact in marks(rows, ahead))
        await asyncio.to_thread(_append, part, lines)


def _append(path: Any, lines: bytes) -> None:
    with path.open("ab") as file:
        file.write(lines)


def marks(rows: Iterable[Row], ahead: float) -> Iterator[dict[str, Any]]:
    """The clock of segments as lines of a journal, by the platform's time."""
    for row in rows:
        end = [(row.seconds, row.end)] if row.clock else []
        for media, wall in (*row.clock, *end):
            moment = datetime.fromtimestamp(wall + ahead, UTC).isoformat()
            segment = row.file.rpartition(".")[0]
            media_ms = round(media * 1000)
            yield {"kind": "clock", "segment": segment, "server_time": moment, "media_ms": media_ms}
