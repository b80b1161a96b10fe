"""Recorder: one broadcast to segments, over drops and lapsed addresses, until the room is over."""

from __future__ import annotations

import asyncio
import logging
import random
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from f2scrapy.errors import F2Error, Outcome, Refused
from f2scrapy.live import quality
from f2scrapy.live.clock import Clock
from f2scrapy.live.quality import Address
from f2scrapy.live.record import Record, Row
from f2scrapy.live.remux import remuxed
from f2scrapy.live.rules import Rules
from f2scrapy.live.segment import Segment, in_thread, left_over, to_end
from f2scrapy.live.source import Arrival, Source
from f2scrapy.live.unit import Broken, Unit
from f2scrapy.partial import DiskError

logger = logging.getLogger(__name__)

JUMP_MS = 3000  # what may be missing within a segment: a stream that shows little sends little
_NEAR_MS = 500  # a setup that changes so near to the last unit is the room's doing, no loss
_LONGEST_PAUSE = 30.0  # seconds between two tries
_FLAW_S = 1.0  # seconds missing that make a recording incomplete
_NOTED_S = 10.0  # the record is written anew so often
_MARGIN = 60.0  # an address is renewed so long before it lapses, a fifth of its life at most
_CLOCKS_APART = 60.0  # seconds: a stream that tells a time further from ours is not believed


class Room(Protocol):
    """What is needed of a room; see `<platform>.items.live`."""

    platform: str
    room_id: str
    title: str
    nickname: str
    sec_user_id: str
    on_air: bool

    @property
    def key(self) -> str: ...

    def offered(self) -> Sequence[quality.Stream]: ...


@dataclass(frozen=True)
class Recording:
    """What became of a broadcast."""

    outcome: Outcome  # OK = to its end; INTERRUPTED = somebody stopped it
    seen: str  # why, in words; "" = nothing is to be said
    segments: tuple[Path, ...]  # of this run
    record: Record

    @property
    def missing(self) -> float:
        """Seconds of the holes between the segments."""
        return sum(max(0.0, float(gap["seconds"])) for gap in self.record.gaps())

    @property
    def flaw(self) -> Outcome:
        """Why it is not whole; OK = it is: to its end, and no second of it is missing."""
        if self.outcome is Outcome.OK and self.missing >= _FLAW_S:
            return Outcome.NETWORK
        return self.outcome

    @property
    def summary(self) -> str:
        """One line for people."""
        seconds = sum(row.seconds for row in self.record.rows)
        told = f"{seconds:.0f} s in {len(self.record.rows)} files"
        missing = f"{self.missing:.1f} s missing" if self.missing else ""
        return ", ".join(filter(None, (told, missing, self.seen)))


class DiskFull(F2Error):
    """Less is free than is to be left alone."""


class Recorder:
    """Records one room, whose files are called `base` and what each is.

    `ask` gives the room as it is now, and raises Refused where the platform does not say.
    """

    def __init__(
        self,
        room: Room,
        base: Path,
        source: Source,
        ask: Callable[[], Awaitable[Room]],
        rules: Rules,
    ) -> None:
        self.room = room
        self.base = base
        self.source = source
        self.rules = rules
        told = {name: getattr(room, name) for name in ("platform", "room_id", "nickname", "title")}
        self.record = Record(base, told)
        self.segments: list[Path] = []
        self._ask = ask
        self._segment: Segment | None = None
        self._because = "start"
        self._clock = Clock()
        self._address: Address | None = None
        self._fed = 0.0  # when a unit came last, by the monotonic clock; 0 = none has
        self._noted = 0.0  # when the record was written

    async def run(self, stop: asyncio.Event) -> Recording:
        """Record until the room is over, `stop` is set, or nothing more can be had or written."""
        work = asyncio.ensure_future(self._record())
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            work.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.shield(asyncio.wait({work}))
            outcome, seen = await self._finish(work)
        return Recording(outcome, seen, tuple(self.segments), self.record)

    async def _record(self) -> None:
        await in_thread(self._take_up)
        tries, self._fed = 0, time.monotonic()
        while self.room.on_air:
            fed = await self._round()
            tries = 0 if fed else tries + 1
            if time.monotonic() - self._fed > self.rules.patience:
                raise Broken(f"no picture for {self.rules.patience:g} s")
            if tries:
                await asyncio.sleep(self._pause(tries))
            if self._because != "renewed":
                await self._look()

    async def _finish(self, work: asyncio.Future[None]) -> tuple[Outcome, str]:
        """Close what is open; how it ended."""
        error = None if work.cancelled() else work.exception()
        if work.cancelled():
            self.record.ended = None if self._segment else time.time()
        try:
            await self._close()
        except (DiskError, OSError) as trouble:
            error = error or trouble
        outcome, seen = _ending(error, stopped=work.cancelled())
        if self.rules.remux:
            await self._remux()
        self.record.state = "over" if outcome is Outcome.OK else f"{outcome}: {seen}".rstrip(": ")
        with suppress(OSError):  # the disk may be full; what is there is as of the last note
            await in_thread(self.record.write)
        if outcome is Outcome.INTERNAL and error:
            raise error
        return outcome, seen

    async def _remux(self) -> None:
        """This run's segments as MP4, as far as that can be made of them."""
        for number, path in enumerate(self.segments):
            self.segments[number] = made = await remuxed(path)
            for row in self.record.rows:
                if row.file == path.name:
                    row.file, row.bytes = made.name, (await in_thread(made.stat)).st_size

    def _take_up(self) -> None:
        """Go on where an earlier run left off, finishing what it could not."""
        self.base.parent.mkdir(parents=True, exist_ok=True)
        self.record.load()
        for path, seconds in left_over(self.base, self.room.key):
            self.segments.append(path)
            for row in self.record.rows:
                if row.file == path.name:
                    row.complete, row.bytes = True, path.stat().st_size
                    row.seconds = seconds or row.seconds
        here = {row.file for row in self.record.rows if (self.base.parent / row.file).is_file()}
        self.record.rows = [row for row in self.record.rows if row.file in here]

    # The room and its addresses

    async def _round(self) -> bool:
        """Try the room's addresses until one gives something; whether one did."""
        for address in self.rules.policy.order(self.room.offered()):
            self._address = address
            try:
                fed = await self._play(address)
            except Broken as broken:
                logger.info("%s: %s: %s", self.room.key, address.name, broken)
                self.record.ended = time.time()
                fed = self._opened
                self._because = "stall" if "nothing came" in str(broken) else "drop"
            await self._close()
            if fed:
                return True
        return False

    async def _look(self) -> None:
        """Ask what has become of the room; where nobody says, it stays what it was."""
        try:
            room = await self._ask()
        except Refused as refused:
            logger.warning("%s: the room was asked for: %s", self.room.key, refused)
            return
        same = room.room_id == self.room.room_id
        if not same or not room.on_air:
            logger.info("%s: over", self.room.key)
        self.room = room
        self.room.on_air = same and room.on_air

    def _pause(self, tries: int) -> float:
        longest = min(self.rules.backoff * 2.0 ** (tries - 1), _LONGEST_PAUSE)
        return longest * random.uniform(0.5, 1)

    # One connection

    @property
    def _opened(self) -> bool:
        """Whether this connection has given a unit."""
        return self._clock.known

    async def _play(self, address: Address) -> bool:
        """Record what an address gives, until it is to be renewed; whether it gave something.

        Raises:
            Broken: it breaks off, or gives nothing.
            DiskError, DiskFull: it cannot be written.
        """
        self._clock = Clock()
        renewal = _renewal(address)
        async with aclosing(self.source.arrivals(address)) as arrivals:
            async for arrival in arrivals:
                await self._arrived(arrival)
                if renewal is not None and time.time() >= renewal:
                    self._because = "renewed"
                    await self._look()
                    return True
        return self._opened

    async def _arrived(self, arrival: Arrival) -> None:
        self._fed = time.monotonic()
        made, ahead = arrival.made, self.record.server_ahead or 0.0
        told = made is not None and abs(made - ahead - arrival.at) < _CLOCKS_APART
        moment = made - ahead if told and made is not None else arrival.at
        for unit in arrival.units:
            self._clock.see(unit.made_ms, moment)
            await self._take(unit)
        if self._segment and self._fed - self._noted > _NOTED_S:
            await self._note()

    async def _take(self, unit: Unit) -> None:
        segment = self._segment
        if segment and (because := self._parted(segment, unit)):
            await self._close()
            self._because, segment = because, None
        if segment is None:
            if not unit.entry:
                return
            segment = await self._open(unit)
        if segment.add(unit):
            await segment.flush()

    def _parted(self, segment: Segment, unit: Unit) -> str:
        """Why a unit does not belong to the segment; "" = it does."""
        if not segment.takes(unit, JUMP_MS):
            near = abs(unit.time_ms - segment.end_ms) <= _NEAR_MS
            return "codec" if near else "jump"
        if not unit.entry:
            return ""
        rules = self.rules
        long = rules.split_seconds and segment.seconds >= rules.split_seconds
        large = rules.split_bytes and segment.size >= rules.split_bytes
        return "split" if long or large else ""

    # Segments

    async def _open(self, first: Unit) -> Segment:
        assert self._address
        await self._check_space()
        self._segment = segment = Segment(
            self.base, self.room.key, first, durable=self.rules.durable
        )
        self.record.rows.append(Row(segment.path.name, self._because, self._address.name))
        await segment.open()
        if self._because != "split":
            self.record.took(self._address)
            host = urlsplit(self._address.url).hostname
            logger.info("%s: %s from %s", self.room.key, self._address.name, host)
        self._because = "drop"
        await self._note()
        return segment

    async def _close(self) -> None:
        segment, self._segment = self._segment, None
        if segment:
            await to_end(self._close_segment(segment))

    async def _close_segment(self, segment: Segment) -> None:
        try:
            await segment.close()
        except DiskError:
            mended = await segment.abandon()
            if mended and mended.seconds is not None:
                segment.end_ms = segment.zero_ms + round(mended.seconds * 1000)
            self._keep(segment)
            raise
        self._keep(segment)
        await in_thread(self.record.write)

    def _keep(self, segment: Segment) -> None:
        if segment.path.is_file():
            self.segments.append(segment.path)
            self._tell(segment)
            self.record.rows[-1].complete = True
        else:
            self.record.rows.pop()

    async def _note(self) -> None:
        """Write the record as it is, and see whether the disk has room."""
        assert self._segment
        self._noted = time.monotonic()
        self._tell(self._segment)
        await in_thread(self.record.write)
        await self._check_space()

    def _tell(self, segment: Segment) -> None:
        row = self.record.rows[-1]
        row.seconds, row.bytes = segment.seconds, segment.size
        row.clock = self._clock.between(segment.zero_ms, segment.end_ms)

    async def _check_space(self) -> None:
        """Raises DiskFull where too little is left."""
        free = (await in_thread(lambda: shutil.disk_usage(self.base.parent))).free
        if free < self.rules.free_bytes:
            raise DiskFull(
                f"{free / 1e6:.0f} MB are free, {self.rules.free_bytes / 1e6:.0f} are left alone"
            )


def _renewal(address: Address) -> float | None:
    """When an address is to be renewed, in s since 1970; None = it does not lapse."""
    expires = address.expires
    if expires is None:
        return None
    left = expires - time.time()
    return expires - min(_MARGIN, left / 5) if left > 0 else None


def _ending(error: BaseException | None, *, stopped: bool) -> tuple[Outcome, str]:
    if error is None:
        return (Outcome.INTERRUPTED, "stopped") if stopped else (Outcome.OK, "")
    if isinstance(error, DiskFull | DiskError | OSError):
        return Outcome.DISK, str(error)
    if isinstance(error, Broken):
        return Outcome.NETWORK, str(error)
    return Outcome.INTERNAL, type(error).__name__
