"""Write a danmaku journal beside each recording, with the clock of its segments, and subtitles.

The journal is `<name>_danmaku.jsonl` beside the segments. Its lines of kind "clock" map a moment of
the platform's clock to a place in a segment. They are written after each finished segment, as a
run may be killed, and for all segments once more at the end, when more is known of their clocks.
The files for players follow: `<name>_live_….ass` and `.xml` for each segment.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from f2scrapy.config.file import load_options
from f2scrapy.config.options import LIVE_DANMAKU
from f2scrapy.danmaku import runner
from f2scrapy.danmaku.clock import Now, read_now
from f2scrapy.danmaku.messages import Control, Event, RoomUserSeq
from f2scrapy.danmaku.sinks import journal
from f2scrapy.danmaku.sinks.lines import LineFile
from f2scrapy.live.record import SegmentRow, SessionRecord
from f2scrapy.live.recorder import Recorder
from f2scrapy.live.recording import Recording
from f2scrapy.live.subtitles import Subtitles
from f2scrapy.rooms import Target

logger = logging.getLogger(__name__)

_PAUSED, _GOES_ON = 1, 2  # `Control.status`
_LATEST_MESSAGE_S = 15.0  # messages come this much later than the picture at most
_RETRY_S = 30.0  # until the next connection, if the messages end before the recording


class RecordingJournal(journal.Journal):
    """The journal of a room that is being recorded."""

    def __init__(
        self, base: Path, recorder: Recorder, *, payloads: bool = True, now: Now = read_now
    ) -> None:
        super().__init__(base, payloads=payloads, now=now)
        self._recorder, self._clocked = recorder, 0  # number of segments already clocked

    def write(self, events: Sequence[Event]) -> None:
        super().write(events)
        for event in events:
            if isinstance(event, Control) and event.status in (_PAUSED, _GOES_ON):
                self._recorder.note_pause(goes_on=event.status == _GOES_ON)
            elif isinstance(event, RoomUserSeq):
                self._recorder.note_viewers(event.total)
        finished = self._recorder.writer.segments[self._clocked :]
        self._clocked += len(finished)
        for line in list_clock_lines(self._recorder.record, finished):
            self.write_entry(line)


class DanmakuRecorder:
    """Records the messages of rooms along with their recordings.

    `suffixes` name the files for players beside each segment: ".ass", ".xml". `options` (F2_…) are
    those of the command line.

    Raises:
        InputError: an option has an invalid value.
    """

    def __init__(self, options: Mapping[str, str], suffixes: Sequence[str] = ()) -> None:
        self._options, self._suffixes = options, tuple(suffixes)
        self._project = load_options(**options)

    async def __call__(self, target: Target, recorder: Recorder, over: asyncio.Event) -> None:
        """Write the messages of a room until `over` is set, then the clock and the subtitles.

        If the messages cannot be fetched, the recording goes on without them.
        """
        subtitles = self._build_subtitles(recorder.record)
        writing = asyncio.create_task(_write_subtitles(subtitles, recorder, over))
        try:
            await self._listen(target, recorder, over)
        finally:
            over.set()
            await writing
        segments = [*recorder.writer.segments, *await asyncio.to_thread(subtitles.list_missing)]
        lines = [*list_clock_lines(recorder.record, segments)]
        try:
            await asyncio.to_thread(append_clock_lines, recorder.base, lines)
        except OSError as error:  # the disk may be full; the next run makes up for it
            logger.warning("%s: no clock of its segments: %s", recorder.record.name, error)
        await asyncio.to_thread(subtitles.write, segments)

    def finish(self, recording: Recording) -> None:
        """Write the subtitles of the segments that a killed run has left; blocks."""
        self._build_subtitles(recording.record).write(recording.segments)

    def _build_subtitles(self, record: SessionRecord) -> Subtitles:
        path = _build_path(record.base, journal.SUFFIX)
        return Subtitles(record, path, self._suffixes, self._project)

    async def _listen(self, target: Target, recorder: Recorder, over: asyncio.Event) -> None:
        base, payloads = _build_path(recorder.base), self._project.danmaku_payloads
        while not over.is_set():
            [ended] = await runner.run(
                [target],
                make_sinks=lambda _: [RecordingJournal(base, recorder, payloads=payloads)],
                stop=over,
                options=self._options,
            )
            if ended.is_over:
                recorder.request_check()
            summary = f"{ended.messages} messages; {ended.reason}"
            logger.info("%s: danmaku: %s", recorder.record.name, summary)
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), _RETRY_S)


def build_danmaku_recorder(options: Mapping[str, str]) -> DanmakuRecorder | None:
    """Return what F2_LIVE_DANMAKU wants of these options and those of the project; None = nothing.

    Raises:
        InputError: an option has an invalid value.
    """
    names = load_options(**options).live_danmaku
    suffixes = [f".{name}" for name in names if name != LIVE_DANMAKU[0]]
    return DanmakuRecorder(options, suffixes) if names else None


async def _write_subtitles(subtitles: Subtitles, recorder: Recorder, over: asyncio.Event) -> None:
    """Write the subtitles of each segment during the recording, some time after its end."""
    while not over.is_set():
        finished = [*recorder.writer.segments]  # their last messages may still be on their way
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), _LATEST_MESSAGE_S)
        if not over.is_set():
            await asyncio.to_thread(subtitles.write, finished)


def list_clock_lines(record: SessionRecord, segments: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Return the clock of these segments as lines of a journal."""
    files = {path.name for path in segments}
    rows = [row for row in record.rows if row.file in files]
    return build_clock_lines(rows, record.server_ahead or 0.0)


def append_clock_lines(
    base: Path, lines: Iterable[dict[str, Any]], *, keep_time: bool = False
) -> None:
    """Append lines to the journal of the recording `base`, if it exists; blocks.

    `keep_time` keeps the file's modification time, which is the end of listening.

    Raises:
        OSError: the journal cannot be written, or another process is writing it.
    """
    for part in journal.find_parts(_build_path(base, journal.SUFFIX))[-1:]:
        before = part.stat()
        file = LineFile(part)
        try:
            file.append(b"".join(map(journal.encode_line, lines)))
        finally:
            file.close()
        if keep_time:
            os.utime(part, ns=(before.st_atime_ns, before.st_mtime_ns))


def _build_path(recording: Path, suffix: str = "") -> Path:
    return recording.with_name(f"{recording.name}_danmaku{suffix}")


def build_clock_lines(rows: Iterable[SegmentRow], ahead: float) -> Iterator[dict[str, Any]]:
    """Return the clock of segments as lines of a journal, by the platform's clock."""
    for row in rows:
        end = [(row.seconds, row.end)] if row.clock else []
        for media, wall in (*row.clock, *end):
            moment = datetime.fromtimestamp(wall + ahead, UTC).isoformat()
            segment = row.file.rpartition(".")[0]
            media_ms = round(media * 1000)
            yield {"kind": "clock", "segment": segment, "server_time": moment, "media_ms": media_ms}
