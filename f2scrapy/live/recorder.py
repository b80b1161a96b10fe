"""Recorder: one broadcast to segments, over drops and lapsed addresses, until the room is over."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from f2scrapy.download.part_file import Busy, DiskError
from f2scrapy.errors import Outcome, Refused
from f2scrapy.live.fragment import Broken, Unreadable
from f2scrapy.live.hls import Follower
from f2scrapy.live.record import LEAST, Record
from f2scrapy.live.recording_options import Rules
from f2scrapy.live.segment import in_thread
from f2scrapy.live.source import Source
from f2scrapy.live.writer import DiskFull, Writer
from f2scrapy.model.stream import Address, Stream
from f2scrapy.text import pluralize

logger = logging.getLogger(__name__)

ELSEWHERE = "another process is recording it"
_LONGEST_PAUSE = 5.0  # seconds between two tries
_LONGEST_REST = 30.0  # seconds until the room is asked once more; a third, where something came
_STEADY_S = 10.0  # a connection that lasts so long is worth no pause when it breaks
_MARGIN = 60.0  # an address is renewed so long before it lapses, a fifth of its life at most
_TOO_LATE = 1.0  # seconds: an address that lapses so soon is used up
_FLAW_S = 1.0  # seconds missing that make a recording incomplete


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

    def offered(self) -> Sequence[Stream]: ...


@dataclass(frozen=True)
class Recording:
    """What became of a broadcast."""

    outcome: Outcome  # OK = to its end, or until somebody stopped it
    seen: str  # why, in words; "" = nothing is to be said
    segments: tuple[Path, ...]  # of this run
    record: Record

    @property
    def missing(self) -> float:
        """Seconds of the holes between the segments, as far as they are sure."""
        holes = (float(gap["seconds"]) for gap in self.record.gaps())
        return sum(hole for hole in holes if hole >= LEAST)

    @property
    def flaw(self) -> Outcome:
        """Why it is not whole; OK = it is: as far as it goes, no second of it is missing."""
        if self.outcome is Outcome.OK and self.missing >= _FLAW_S:
            return Outcome.NETWORK
        return self.outcome

    @property
    def summary(self) -> str:
        """One line for people."""
        seconds = sum(row.seconds for row in self.record.rows)
        told = f"{seconds:.0f} s in {pluralize(len(self.record.rows), 'file')}"
        missing = f"{self.missing:.1f} s missing" if self.missing else ""
        return ", ".join(filter(None, (told, missing, self.seen)))


class Recorder:
    """Records one room, whose files are called `base` and what each is.

    `ask` gives the room as it is now, and raises Refused where the platform does not say; it sets
    the record's `server_ahead` where its answer tells the platform's clock.
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
        self.rules = rules
        told = {name: getattr(room, name) for name in ("platform", "room_id", "nickname", "title")}
        self.record = Record(base, told)
        self.writer = Writer(room.key, self.record, rules)
        self._source = source
        self._ask = ask
        self._failed: set[str] = set()  # names of addresses that gave nothing
        self._said: dict[str, str] = {}  # why, by address, as the log has it
        self._unreadable = ""  # why what came could not be recorded
        self._followers: dict[str, Follower] = {}  # by `Address.stream`
        self._fed = 0.0  # when something came last, by the monotonic clock
        self._asked = 0.0  # when the room was asked last, by the monotonic clock
        self._doubt = asyncio.Event()

    def doubt(self) -> None:
        """Somebody says that the room is over: it is asked at once, not when its stream ends."""
        self._doubt.set()

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
            self.writer.release()
        return Recording(outcome, seen, tuple(self.writer.segments), self.record)

    async def _record(self) -> None:
        await in_thread(self.writer.take_up)
        if lack := self.rules.policy.lack(self.room.offered()):
            logger.info("%s: F2_LIVE_QUALITY: %s", self.room.key, lack)
        tries, self._fed = 0, time.monotonic()
        self.record.began = self.record.began or time.time()
        while self.room.on_air:
            began = time.monotonic()
            await self._round()
            tries = 0 if time.monotonic() - began > _STEADY_S else tries + 1
            if time.monotonic() - self._fed > self.rules.patience:
                raise Broken(f"no picture for {self.rules.patience:g} s")
            if self.writer.because == "renewed":
                tries = 0
            else:
                await self._rest(tries)

    async def _rest(self, tries: int) -> None:
        """Wait for the next try; the room is not asked as often as its addresses are tried."""
        await asyncio.sleep(self._pause(tries, _LONGEST_PAUSE))
        rest = self._pause(tries, _LONGEST_REST / 3 if self.writer.fed else _LONGEST_REST)
        if self._doubt.is_set() or time.monotonic() - self._asked >= rest:
            self._doubt.clear()
            await self._look()

    async def _finish(self, work: asyncio.Future[None]) -> tuple[Outcome, str]:
        """Close what is open; how it ended."""
        error = None if work.cancelled() else work.exception()
        if work.cancelled():
            self.record.ended = None if self.writer.writing else time.time()
        try:
            await self.writer.close()
        except (DiskError, OSError) as trouble:
            error = error or trouble
        outcome, seen = _ending(error, stopped=work.cancelled())
        if outcome in {Outcome.OK, Outcome.NETWORK} and self._unreadable and not self.record.rows:
            outcome, seen = Outcome.MEDIA_BROKEN, self._unreadable
        if isinstance(error, Busy):
            return outcome, seen  # the record is another process's
        if self.rules.remux:
            await self.writer.remux()
        self.record.state = (seen or "over") if outcome is Outcome.OK else f"{outcome}: {seen}"
        with suppress(OSError):  # the disk may be full; what is there is as of the last note
            await in_thread(self.record.write)
        if outcome is Outcome.INTERNAL:
            logger.error("%s: this is a defect of f2scrapy", self.room.key, exc_info=error)
        return outcome, seen

    # The room and its addresses

    async def _round(self) -> None:
        """Try the room's addresses until one gives something, or the time for that is up."""
        for address in self._addresses():
            try:
                await self._play(address)
            except Broken as broken:
                self._say(address.name, str(broken))
                if isinstance(broken, Unreadable):
                    self._unreadable = str(broken)
                self.record.ended = time.time()
                self.writer.because = broken.because
            await self.writer.close()
            if self.writer.fed or self.writer.because == "stall":
                return

    def _say(self, name: str, why: str) -> None:
        """The log is told why an address gives nothing; not once more where that goes on."""
        if self._said.get(name) != why:
            logger.info("%s: %s: %s", self.room.key, name, why)
        self._said[name] = why

    def _addresses(self) -> list[Address]:
        """Those that have not failed; all of them once more where there are no others."""
        order = self.rules.policy.order(self.room.offered())
        left = [address for address in order if address.name not in self._failed]
        if not left:
            self._failed.clear()
        return left or order

    async def _renewed(self, address: Address) -> None:
        """Wait until there is something else to be read, or nothing more.

        The room is asked while the stream goes on, some times where nobody gives another address;
        at once, where its answer is to tell the platform's clock, or somebody doubts it is there.
        """
        if self.record.server_ahead is None:
            await self._look()
        while self.room.on_air:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._until_renewal(address)):
                    await self._doubt.wait()
            lapses = not self._doubt.is_set()
            self._doubt.clear()
            await self._look()
            now = {one.name: one.url for one in self.rules.policy.order(self.room.offered())}
            if lapses and now.get(address.name) != address.url:
                return

    def _until_renewal(self, address: Address) -> float | None:
        """Seconds until an address is to be renewed; None = it lapses never, or too soon."""
        now = time.time() + (self.record.server_ahead or 0.0)
        left = (address.expires or 0.0) - now
        return left - min(_MARGIN, left / 5) if left > _TOO_LATE else None

    async def _look(self) -> None:
        """Ask what has become of the room; where nobody says, it stays what it was."""
        if self.record.ended:
            self.record.ended = time.time()  # still nothing came
        self._asked = time.monotonic()
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

    def _pause(self, tries: int, most: float) -> float:
        """Seconds, `most` at most, until the next try: none where it was going well."""
        longest = min(self.rules.backoff * 2.0 ** min(tries - 1, 10), most) if tries else 0.0
        return longest * random.uniform(0.5, 1)

    async def _play(self, address: Address) -> None:
        """Record what an address gives, until it is to be renewed.

        Raises:
            Broken: it breaks off, or gives nothing.
            DiskError, DiskFull, OSError: it cannot be written.
        """
        self.writer.connected(address)
        self._failed.add(address.name)
        renewal = asyncio.ensure_future(self._renewed(address))
        try:
            follower = self._followers.setdefault(address.stream, Follower())
            async with aclosing(self._source.arrivals(address, follower)) as arrivals:
                async for arrival in arrivals:
                    self._fed, self.record.ended = time.monotonic(), None
                    self._failed.discard(address.name)
                    self._said.pop(address.name, None)
                    await self.writer.arrived(arrival)
                    if renewal.done():
                        renewal.result()
                        self.writer.because = "renewed"
                        return
        finally:
            renewal.cancel()


def _ending(error: BaseException | None, *, stopped: bool) -> tuple[Outcome, str]:
    if error is None:
        return Outcome.OK, "stopped" if stopped else ""
    if isinstance(error, Busy):
        return Outcome.OK, ELSEWHERE
    if isinstance(error, DiskFull | DiskError | OSError):
        return Outcome.DISK, str(error)
    if isinstance(error, Broken):
        return Outcome.NETWORK, str(error)
    return Outcome.INTERNAL, type(error).__name__
