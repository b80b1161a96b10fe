"""Write arriving fragments to segments, and keep the record of them."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from f2scrapy.config.outputs import remove_leftovers
from f2scrapy.download.part_file import lock_folder
from f2scrapy.errors import F2Error
from f2scrapy.live.arrival import Arrival
from f2scrapy.live.fragment import Fragment
from f2scrapy.live.record import PAUSE, SegmentRow, SessionRecord
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.remux import remux_segment
from f2scrapy.live.repeats import Repeats
from f2scrapy.live.segment import Segment, recover_segments, run_in_thread, run_to_end
from f2scrapy.live.splitter import Splitter
from f2scrapy.live.timeline import Timeline
from f2scrapy.model.stream import StreamAddress

logger = logging.getLogger(__name__)

_SAVE_INTERVAL_S = 10.0  # the record is saved this often; sooner at a segment's start
_FIRST_INTERVAL_S = 0.25  # a killed run leaves the clock of its last save
_GOING_ON = frozenset({"split", "codec", "track", "jump"})  # segments that continue the one before
_MAX_RECENT = 8  # segments with a clock that is still updated
_MAX_CLOCK_DIFFERENCE_S = 60.0  # a stream's time further from ours is ignored


class DiskFull(F2Error):
    """Less disk space is free than F2_LIVE_FREE."""


class Writer:
    """Writes the segments of one recording; `key` is the room's key in the archive.

    Raises, from all methods that write: DiskError, DiskFull, OSError.
    """

    def __init__(self, key: str, record: SessionRecord, rules: RecordingOptions) -> None:
        self.record = record
        self.because = "start"  # why the next segment begins
        self.segments: list[Path] = []  # of this run
        self._key = key
        self._rules = rules
        self._splitter = Splitter(record.name, rules)
        self._base = record.base
        self._segment: Segment | None = None
        self._timeline = Timeline()
        self._repeats = Repeats()
        self._timelines: dict[str, Timeline] = {}  # of streams that go on over connections
        self._has_data = False
        self._follows_pause = False  # what ends the timeline
        self._moment = 0.0  # when the last data arrived, in s since 1970
        self._address: StreamAddress | None = None
        self._recent: dict[Segment, SegmentRow] = {}  # of this timeline: the clock still improves
        self._opened_at = self._saved_at = 0.0  # segment and record, by the monotonic clock
        self._lock = -1  # of the folder

    @property
    def has_data(self) -> bool:
        """Whether this connection has sent data."""
        return self._has_data

    @property
    def is_writing(self) -> bool:
        """Whether a segment is open."""
        return self._segment is not None

    @property
    def seconds(self) -> float:
        """Seconds of all segments, over all runs."""
        return sum(row.seconds for row in self._closed_rows) + (
            self._segment.seconds if self._segment else 0.0
        )

    @property
    def size(self) -> int:
        """Bytes of all segments, over all runs."""
        return sum(row.bytes for row in self._closed_rows) + (
            self._segment.size if self._segment else 0
        )

    @property
    def _closed_rows(self) -> Sequence[SegmentRow]:
        return self.record.rows[:-1] if self._segment else self.record.rows

    def resume(self) -> None:
        """Load the record of an earlier run and finish its segments, once; blocks.

        Raises:
            Busy: another process records the same broadcast.
        """
        if self._lock >= 0:
            return
        folder = self._base.parent
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = lock_folder(folder)
        self.record.load()
        for path in (self.record.path, self.record.gaps_path):
            remove_leftovers(path)
        for path, seconds in recover_segments(self._base, self._key):
            self.segments.append(path)
            for row in self.record.rows:
                if row.file == path.name:
                    row.complete, row.bytes = True, path.stat().st_size
                    row.seconds = seconds or row.seconds
        self.record.rows = [row for row in self.record.rows if (folder / row.file).is_file()]

    def begin_connection(self, address: StreamAddress) -> None:
        """Take all data from now on as sent by this address.

        The times of FLV may restart with each connection, those of HLS continue.
        """
        timeline, self._has_data, self._address = Timeline(), False, address
        if address.form == "hls":
            timeline = self._timelines.setdefault(address.stream, timeline)
        if timeline is not self._timeline:
            self._use_timeline(timeline)

    def note_pause(self) -> None:
        """Begin another segment with the next entry: the host had paused until now."""
        self._timeline.ends_soon = True
        self._follows_pause = self._segment is not None

    async def write_arrival(self, arrival: Arrival) -> None:
        """Write the fragments of an arrival."""
        made, ahead = arrival.made, self.record.server_ahead or 0.0
        is_plausible = made is not None and abs(made - ahead - arrival.at) < _MAX_CLOCK_DIFFERENCE_S
        self._has_data = True
        self._moment = moment = made - ahead if is_plausible and made is not None else arrival.at
        for fragment in arrival.fragments:
            await self._place_fragment(fragment, moment)
        # A clock improves most at first.
        interval = min(_SAVE_INTERVAL_S, max(_FIRST_INTERVAL_S, self._saved_at - self._opened_at))
        if self._segment and time.monotonic() - self._saved_at > interval:
            await self._save_record(self._segment)

    async def close(self) -> None:
        """Write the fragments that wait, and give the open segment, if any, its final name."""
        while self._timeline.waiting:
            for placed in self._timeline.end_waiting():
                await self._write_fragment(placed)
        await self._end_segment()

    async def _end_segment(self) -> None:
        segment, self._segment = self._segment, None
        if segment:
            await run_to_end(self._close_segment(segment))

    async def _end_segment_because(self, because: str) -> None:
        await self._end_segment()
        self.because = PAUSE if self._follows_pause else because
        self._follows_pause = False

    def release(self) -> None:
        """Release the lock, so that others can record the broadcast."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    async def remux(self) -> None:
        """Remux all complete segments to MP4 if possible, also those of killed runs."""
        for row in filter(lambda row: row.complete, self.record.rows):
            path = self._base.parent / row.file
            async with self._rules.remuxing:
                new = await remux_segment(path)
            if new != path:
                row.file, row.bytes = new.name, (await run_in_thread(new.stat)).st_size
                self.segments = [one for one in self.segments if one != path] + [new]

    # Fragments

    async def _place_fragment(self, fragment: Fragment, moment: float) -> None:
        """Write a fragment at its place; after a jump, in another segment and timeline.

        In HLS the follower detects jumps.
        """
        assert self._address
        if self._address.form == "hls":
            self._timeline.clock.observe(fragment.made_ms, moment)
            await self._write_fragment(fragment)
            return
        known = self._repeats.find_moment(fragment)
        placed = self._timeline.place(fragment, moment if known is None else known)
        for one in placed:
            if one.data is fragment.data:
                self._repeats.note(fragment, one.time_ms)
            await self._write_fragment(one)
        if self._timeline.has_jumped:
            await self._follow_jump(moment)

    async def _follow_jump(self, moment: float) -> None:
        """Begin another segment and timeline at the first entry after a jump of all tracks."""
        is_known = self._timeline.ends_soon
        if self._segment and not is_known and self._splitter.has_jumped_often(moment):
            self._timeline.skip_lost_time(moment)
            placed = self._timeline.end_waiting()
        else:
            placed = self._timeline.end_before_entry()
        for one in placed:
            await self._write_fragment(one)
        waiting = self._timeline.waiting
        if not (waiting and self._timeline.has_jumped):
            return
        if self._segment:
            await self._end_segment_because("jump")
        self._use_timeline(Timeline(self._timeline, moment))
        for fragment, arrival in waiting:
            await self._place_fragment(fragment, arrival)

    def _use_timeline(self, timeline: Timeline) -> None:
        self._repeats.end_timeline(self._timeline.clock)
        self._timeline = timeline
        self._recent.clear()

    async def _write_fragment(self, fragment: Fragment) -> None:
        if self._segment and (
            because := self._splitter.find_reason(self._segment, fragment, self._moment)
        ):
            await self._end_segment_because(because)
        if self._segment is None:
            if not fragment.is_entry:
                return
            await self._open_segment(fragment)
        assert self._segment
        if self._segment.add(fragment):
            await self._segment.flush()

    # Segments; the record's last row is that of the open one

    async def _open_segment(self, first: Fragment) -> None:
        assert self._address
        durable = self._rules.durable
        goes_on = self.because in _GOING_ON
        zero_ms = self._timeline.find_start_ms(first, self._moment) if goes_on else first.time_ms
        segment = await run_in_thread(
            lambda: Segment(self._base, self._key, first, zero_ms, durable=durable)
        )
        segment.arrived_at = self._moment
        self._segment, self._opened_at = segment, time.monotonic()
        self.record.rows.append(SegmentRow(segment.path.name, self.because, self._address.name))
        await segment.open()
        if self.because != "split":
            self.record.add_choice(self._address)
            host = urlsplit(self._address.url).hostname
            logger.info("%s: %s from %s", self.record.name, self._address.name, host)
        self.because = "drop"
        await self._save_record(segment)

    async def _close_segment(self, segment: Segment) -> None:
        try:
            await segment.close()
        finally:
            self._finish_row(segment)
        await run_in_thread(self.record.write)

    def _finish_row(self, segment: Segment) -> None:
        if segment.path.is_file():
            self._update_row(segment)
            self.record.rows[-1].complete = True
            self.segments.append(segment.path)
        else:
            self.record.rows.pop()

    async def _save_record(self, segment: Segment) -> None:
        """Write the record, and check the free disk space."""
        self._saved_at = time.monotonic()
        self._update_row(segment)
        await run_in_thread(self.record.write)
        if shortage := await run_in_thread(lambda: self._rules.check_free_space(self._base.parent)):
            raise DiskFull(shortage)

    def _update_row(self, segment: Segment) -> None:
        row = self.record.rows[-1]
        row.seconds, row.bytes = segment.seconds, segment.size
        row.header_changes = segment.header_changes
        self._recent[segment] = row
        if len(self._recent) > _MAX_RECENT:
            del self._recent[next(iter(self._recent))]
        for recent, recent_row in self._recent.items():
            recent_row.clock = self._timeline.clock.list_points(recent.zero_ms, recent.end_ms)
