"""Writer: arrivals to segments: where one ends and the next begins, and what is noted of them."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from urllib.parse import urlsplit

from f2scrapy.download.part_file import lock_folder
from f2scrapy.errors import F2Error
from f2scrapy.live.fragment import Unit
from f2scrapy.live.record import Record, Row
from f2scrapy.live.recording_options import Rules
from f2scrapy.live.remux import remuxed
from f2scrapy.live.segment import Segment, in_thread, left_over, to_end
from f2scrapy.live.source import Arrival
from f2scrapy.live.timeline import Timeline
from f2scrapy.model.stream import Address

logger = logging.getLogger(__name__)

_NEAR_MS = 500  # a setup that changes so near to the last unit is the room's doing, no loss
_NOTED_S = 10.0  # the record is written anew so often; in a segment's first seconds, each second
_RECENT = 8  # segments whose clock is still told anew
_CLOCKS_APART = 60.0  # seconds: a stream that tells a time further from ours is not believed


class DiskFull(F2Error):
    """Less is free than is to be left alone."""


class Writer:
    """Writes the segments of one recording; `key` is the room's in the archive.

    Raises, wherever it writes: DiskError, DiskFull, OSError.
    """

    def __init__(self, key: str, record: Record, rules: Rules) -> None:
        self.record = record
        self.because = "start"  # why the next segment will begin
        self.segments: list[Path] = []  # of this run
        self._key = key
        self._rules = rules
        self._base = record.base
        self._segment: Segment | None = None
        self._line = Timeline()
        self._lines: dict[str, Timeline] = {}  # of streams whose time goes on over connections
        self._fed = False
        self._address: Address | None = None
        self._recent: dict[Segment, Row] = {}  # of this timeline: what is known of its clock grows
        self._opened = self._noted = 0.0  # of segment and record, by the monotonic clock
        self._lock = -1  # of the folder

    @property
    def fed(self) -> bool:
        """Whether this connection has given anything."""
        return self._fed

    @property
    def writing(self) -> bool:
        """Whether a segment is open."""
        return self._segment is not None

    def take_up(self) -> None:
        """Go on where an earlier run left off, finishing what it could not; once. Blocks.

        Raises:
            Busy: another process records the same broadcast.
        """
        if self._lock >= 0:
            return
        folder = self._base.parent
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = lock_folder(folder)
        self.record.load()
        for path, seconds in left_over(self._base, self._key):
            self.segments.append(path)
            for row in self.record.rows:
                if row.file == path.name:
                    row.complete, row.bytes = True, path.stat().st_size
                    row.seconds = seconds or row.seconds
        self.record.rows = [row for row in self.record.rows if (folder / row.file).is_file()]

    def connected(self, address: Address) -> None:
        """What comes from now on comes from there.

        The time of FLV may begin anew with each connection, that of HLS goes on (`hls.Follower`).
        """
        line, self._fed, self._address = Timeline(), False, address
        if address.form == "hls":
            line = self._lines.setdefault(address.stream, line)
        if line is not self._line:
            self._go_by(line)

    async def arrived(self, arrival: Arrival) -> None:
        """Write what has come."""
        made, ahead = arrival.made, self.record.server_ahead or 0.0
        told = made is not None and abs(made - ahead - arrival.at) < _CLOCKS_APART
        self._fed = True
        moment = made - ahead if told and made is not None else arrival.at
        for unit in arrival.units:
            if not self._line.is_behind(unit):
                await self._time(unit, moment)
                await self._take(unit)
        rest = min(_NOTED_S, max(1.0, self._noted - self._opened))  # clocks learn most at first
        if self._segment and time.monotonic() - self._noted > rest:
            await self._note(self._segment)

    async def close(self) -> None:
        """Give the segment its final name; nothing where there is none."""
        segment, self._segment = self._segment, None
        if segment:
            await to_end(self._close(segment))

    def release(self) -> None:
        """Let others record the broadcast."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    async def remux(self) -> None:
        """All segments as MP4, as far as that can be made of them; those of killed runs, too."""
        for row in filter(lambda row: row.complete, self.record.rows):
            path = self._base.parent / row.file
            async with self._rules.remuxing:
                made = await remuxed(path)
            if made != path:
                row.file, row.bytes = made.name, (await in_thread(made.stat)).st_size
                self.segments = [one for one in self.segments if one != path] + [made]

    # Units

    async def _time(self, unit: Unit, moment: float) -> None:
        """Learn from when it came; a jump ends the segment, and what was told of its clock stays.

        The times of HLS are the follower's own.
        """
        assert self._address
        if self._address.form == "hls":
            self._line.clock.see(unit.made_ms, moment)
        elif not self._line.takes(unit, moment):
            if self._segment:
                await self.close()
                self.because = "jump"
            self._go_by(Timeline(self._line))
            self._line.takes(unit, moment)

    def _go_by(self, line: Timeline) -> None:
        self._line = line
        self._recent.clear()

    async def _take(self, unit: Unit) -> None:
        if self._segment and (because := self._parted(self._segment, unit)):
            await self.close()
            self.because = because
        if self._segment is None:
            if not unit.entry:
                return
            await self._open(unit)
        assert self._segment
        if self._segment.add(unit):
            await self._segment.flush()

    def _parted(self, segment: Segment, unit: Unit) -> str:
        """Why a unit does not belong to the segment; "" = it does."""
        if not unit.setup.continues(segment.setup):
            near = abs(unit.time_ms - segment.end_ms) <= _NEAR_MS
            return "codec" if near else "jump"
        if not unit.entry:
            return ""
        rules = self._rules
        long = rules.split_seconds and segment.seconds >= rules.split_seconds
        large = rules.split_bytes and segment.size >= rules.split_bytes
        return "split" if long or large else ""

    # Segments; the record's last row is that of the open one

    async def _open(self, first: Unit) -> None:
        assert self._address
        durable = self._rules.durable
        segment = await in_thread(lambda: Segment(self._base, self._key, first, durable=durable))
        self._segment, self._opened = segment, time.monotonic()
        self.record.rows.append(Row(segment.path.name, self.because, self._address.name))
        await segment.open()
        if self.because != "split":
            self.record.took(self._address)
            host = urlsplit(self._address.url).hostname
            logger.info("%s: %s from %s", self._key, self._address.name, host)
        self.because = "drop"
        await self._note(segment)

    async def _close(self, segment: Segment) -> None:
        try:
            await segment.close()
        finally:
            self._keep(segment)
        await in_thread(self.record.write)

    def _keep(self, segment: Segment) -> None:
        if segment.path.is_file():
            self._tell(segment)
            self.record.rows[-1].complete = True
            self.segments.append(segment.path)
        else:
            self.record.rows.pop()

    async def _note(self, segment: Segment) -> None:
        """Write the record as it is, and see whether the disk has room."""
        self._noted = time.monotonic()
        self._tell(segment)
        await in_thread(self.record.write)
        if lack := await in_thread(lambda: self._rules.lack(self._base.parent)):
            raise DiskFull(lack)

    def _tell(self, segment: Segment) -> None:
        row = self.record.rows[-1]
        row.seconds, row.bytes = segment.seconds, segment.size
        self._recent[segment] = row
        if len(self._recent) > _RECENT:
            del self._recent[next(iter(self._recent))]
        for one, known in self._recent.items():
            known.clock = self._line.clock.between(one.zero_ms, one.end_ms)
