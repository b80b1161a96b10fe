"""Danmaku beside a recording: one journal for each broadcast, with the clock of its segments.

The journal is `<name>_danmaku.jsonl` beside the segments; it gets lines of kind "clock": at this
moment of the platform's clock, that segment was at that place. They are told as soon as a segment
is finished, since a run may be killed, and for all of them once more when the recording ends and
more is known of their clocks.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from f2scrapy.danmaku import runner
from f2scrapy.danmaku.messages import Event
from f2scrapy.danmaku.sinks import journal
from f2scrapy.danmaku.sinks.lines import LineFile
from f2scrapy.live.record import Record, Row
from f2scrapy.live.recorder import Recorder
from f2scrapy.rooms import Target

logger = logging.getLogger(__name__)

_AGAIN_S = 30.0  # until messages are asked for once more, where they end before the recording


class Journal(journal.Journal):
    """The journal of a room that is being recorded."""

    def __init__(self, base: Path, recorder: Recorder) -> None:
        super().__init__(base)
        self._recorder, self._told = recorder, 0

    def write(self, events: Sequence[Event]) -> None:
        super().write(events)
        finished = self._recorder.writer.segments[self._told :]
        self._told += len(finished)
        for fact in clock(self._recorder.record, finished):
            self.write_entry(fact)


async def keep(target: Target, recorder: Recorder, over: asyncio.Event) -> None:
    """Write the messages of the room to a journal until `over` is set, then the clock.

    The recording goes on without them where they cannot be had.
    """
    base = _beside(recorder.base)
    while not over.is_set():
        [ended] = await runner.run(
            [target], make_sinks=lambda _: [Journal(base, recorder)], stop=over
        )
        if ended.is_over:
            recorder.doubt()
        told = f"{ended.messages} messages; {ended.reason}"
        logger.info("%s: danmaku: %s", recorder.room.key, told)
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), _AGAIN_S)
    facts = [*clock(recorder.record, recorder.writer.segments)]
    await asyncio.to_thread(tell, recorder.base, facts)


def clock(record: Record, segments: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """The clock of these segments as lines of a journal."""
    files = {path.name for path in segments}
    rows = [row for row in record.rows if row.file in files]
    return marks(rows, record.server_ahead or 0.0)


def tell(base: Path, facts: Iterable[dict[str, Any]], *, late: bool = False) -> None:
    """Add lines to the journal beside the recording `base`, where there is one; blocks.

    `late` keeps the file's time, which says until when somebody listened.

    Raises:
        OSError: it cannot be written, or another process is writing it.
    """
    for part in journal.find_parts(_beside(base, journal.SUFFIX))[-1:]:
        before = part.stat()
        lines = LineFile(part)
        try:
            lines.append(b"".join(map(journal.encode_line, facts)))
        finally:
            lines.close()
        if late:
            os.utime(part, ns=(before.st_atime_ns, before.st_mtime_ns))


def _beside(recording: Path, suffix: str = "") -> Path:
    return recording.with_name(f"{recording.name}_danmaku{suffix}")


def marks(rows: Iterable[Row], ahead: float) -> Iterator[dict[str, Any]]:
    """The clock of segments as lines of a journal, by the platform's time."""
    for row in rows:
        end = [(row.seconds, row.end)] if row.clock else []
        for media, wall in (*row.clock, *end):
            moment = datetime.fromtimestamp(wall + ahead, UTC).isoformat()
            segment = row.file.rpartition(".")[0]
            media_ms = round(media * 1000)
            yield {"kind": "clock", "segment": segment, "server_time": moment, "media_ms": media_ms}
