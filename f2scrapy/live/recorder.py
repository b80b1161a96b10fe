"""Record one broadcast to segments, over dropped connections and expired addresses."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import NoReturn, Protocol

from f2scrapy.download.part_file import DiskError, FileBusy
from f2scrapy.errors import Outcome, Refused
from f2scrapy.live.addresses import Addresses
from f2scrapy.live.arrival import Arrival
from f2scrapy.live.fragment import StreamError, UnreadableStream
from f2scrapy.live.hls import PlaylistFollower
from f2scrapy.live.record import EDGE_TOLERANCE, PAUSE, SessionRecord
from f2scrapy.live.recording import Recording, classify_ending
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.segment import run_in_thread
from f2scrapy.live.source import StreamSource
from f2scrapy.live.writer import Writer
from f2scrapy.model.stream import Stream, StreamAddress

logger = logging.getLogger(__name__)

_MAX_RETRY_PAUSE = 5.0  # seconds between two connections
_MAX_CHECK_PAUSE = 30.0  # seconds between two fetches of the room; a third of it if data came
_PAUSED_CHECK_S = 10.0  # between two fetches of a room that is paused by its host
_STEADY_S = 10.0  # a connection that lasted this long is retried without a pause
_RENEWAL_MARGIN = 60.0  # an address is renewed this long before it expires, or a fifth of its life
_QUIET_S = 2.0  # seconds: after a longer silence than is usual the host may have paused
_QUIET_CHECK_S = 5.0  # at most once in so many seconds the room is fetched for that
_MIN_REMAINING = 1.0  # seconds: an address that expires sooner is not renewed


class RoomItem(Protocol):
    """The parts of a room item that are needed here; see `<platform>.items.live`."""

    platform: str
    room_id: str
    title: str
    nickname: str
    sec_user_id: str
    on_air: bool

    @property
    def key(self) -> str: ...

    @property
    def shows_state(self) -> bool: ...

    def list_streams(self) -> Sequence[Stream]: ...


class Recorder:
    """Records one room into files named `base` and a suffix.

    `fetch_room` returns the room as it is now, and raises Refused if the platform does not show it.
    It sets the record's `server_ahead` if the answer states the platform's clock.
    """

    def __init__(
        self,
        room: RoomItem,
        base: Path,
        source: StreamSource,
        fetch_room: Callable[[], Awaitable[RoomItem]],
        rules: RecordingOptions,
    ) -> None:
        self.room = room
        self.base = base
        self.rules = rules
        facts = {name: getattr(room, name) for name in ("platform", "room_id", "nickname", "title")}
        self.record = SessionRecord(base, facts)
        self.writer = Writer(room.key, self.record, rules)
        self._source = source
        self._fetch_room = fetch_room
        self._addresses = Addresses(self.record.name, rules.preference)
        self._unreadable = ""  # why the data could not be recorded
        self._followers: dict[str, PlaylistFollower] = {}  # by `StreamAddress.stream`
        self._last_data = 0.0  # when a picture or sound came last, by the monotonic clock
        self._usual_silence = 0.0  # seconds between two arrivals of this stream
        self._fetched_at = 0.0  # when the room was fetched last, by the monotonic clock
        self._check_requested = asyncio.Event()
        self._is_quiet = False  # nothing has come for longer than usual
        self._is_paused_by_chat = False  # until a connection sends data again
        self._has_paused = False  # the host has paused since the last data
        self._over_at: float | None = None  # when the room was found over, in s since 1970
        self._viewers: int | None = None  # None until the chat states it
        self._cut = ""  # what was left out at the end

    @property
    def state(self) -> str:
        """What the recorder does now, in a word or two."""
        if self.is_paused:
            return "paused"
        if not self.writer.is_writing:
            return "waiting for data"
        return "recording" if self.room.on_air else "over, reading on"

    @property
    def viewers(self) -> int | None:
        """How many people watch, by the chat or the last answer about the room; None = unknown."""
        shown: int | None = getattr(self.room, "user_count", None)
        return shown if self._viewers is None else self._viewers

    def note_viewers(self, count: int) -> None:
        """Record how many people watch, by the chat."""
        self._viewers = count

    @property
    def is_paused(self) -> bool:
        """Whether the host has paused the broadcast."""
        return self._is_paused_by_chat or _is_shown_paused(self.room)

    def note_pause(self, *, goes_on: bool) -> None:
        """Record that the chat says that the host pauses, or goes on."""
        self._is_paused_by_chat = not goes_on
        self._has_paused = True
        self.request_check()

    def request_check(self) -> None:
        """Check at once whether the room is over, instead of at the end of its stream."""
        self._check_requested.set()

    async def run(self, stop: asyncio.Event) -> Recording:
        """Record until the room is over, `stop` is set, or reading or writing fails for good."""
        work = asyncio.ensure_future(self._record_room())
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            work.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.shield(asyncio.wait({work}))
            outcome, detail = await self._finish(work)
            self.writer.release()
        return Recording(outcome, detail, tuple(self.writer.segments), self.record)

    async def _record_room(self) -> None:
        await run_in_thread(self.writer.resume)
        if missing := self.rules.preference.describe_missing(self.room.list_streams()):
            logger.info("%s: F2_LIVE_QUALITY: %s", self.record.name, missing)
        tries, self._last_data = 0, time.monotonic()
        self.record.began = self.record.began or time.time()
        while self.room.on_air:
            began = time.monotonic()
            await self._try_addresses()
            self._mark_pause()  # a paused room may have no address
            tries = 0 if time.monotonic() - began > _STEADY_S else tries + 1
            if self._patience_left <= 0:
                self._give_up()
            if self.writer.because == "renewed":
                tries = 0
            else:
                await self._wait_for_retry(tries)

    def _give_up(self) -> NoReturn:
        """Raise the reason why nothing came for too long.

        Raises:
            Refused: the platform has shown no stream of the room, though it is on air.
            StreamError: the streams send no data.
        """
        if not self._addresses.list_next(self.room.list_streams()):
            words = "on air, but no stream is shown: it may be for adults, followers or payers"
            raise Refused(Outcome.LOGIN_REQUIRED, words)
        raise StreamError(f"no data for {self.rules.patience:g} s")

    def _mark_pause(self) -> None:
        """While the host pauses, nothing is missing, and patience does not end."""
        if self.is_paused:
            if self._is_quiet and not self._has_paused:
                for follower in self._followers.values():
                    follower.begin_again()
            self._has_paused, self._last_data = True, time.monotonic()
        if self._has_paused and not self.writer.is_writing:
            self.writer.because = PAUSE

    async def _wait_for_retry(self, tries: int) -> None:
        """Wait before the next connection; the room is fetched less often than that."""
        await asyncio.sleep(self._choose_pause(tries, _MAX_RETRY_PAUSE))
        is_soon = self.writer.has_data or self.is_paused
        longest = _MAX_CHECK_PAUSE / 3 if is_soon else _MAX_CHECK_PAUSE
        pause = self._choose_pause(tries, longest)
        if self._check_requested.is_set() or time.monotonic() - self._fetched_at >= pause:
            self._check_requested.clear()
            await self._update_room()

    async def _finish(self, work: asyncio.Future[None]) -> tuple[Outcome, str]:
        """Close all files; return the outcome and its reason."""
        error = None if work.cancelled() else work.exception()
        if work.cancelled():
            self.record.ended = None if self._is_receiving else time.time()
        try:
            await self.writer.close()
        except (DiskError, OSError) as failure:
            error = error or failure
        outcome, detail = classify_ending(error, stopped=work.cancelled())
        if outcome in {Outcome.OK, Outcome.NETWORK} and self._unreadable and not self.record.rows:
            outcome, detail = Outcome.MEDIA_BROKEN, self._unreadable
        if outcome is Outcome.OK and not detail:
            detail = self._cut
        self.record.ended_because = PAUSE if self._has_paused else "end"
        if isinstance(error, FileBusy):
            return outcome, detail  # the record belongs to another process
        if self.rules.remux:
            await self.writer.remux()
        self.record.state = (detail or "over") if outcome is Outcome.OK else f"{outcome}: {detail}"
        with suppress(OSError):  # the disk may be full; the last saved record remains
            await run_in_thread(self.record.write)
        if outcome is Outcome.INTERNAL:
            logger.error("%s: this is a bug in f2scrapy", self.record.name, exc_info=error)
        return outcome, detail

    # The room and its addresses

    async def _try_addresses(self) -> None:
        """Try the room's addresses until one sends data, or stalls."""
        for address in self._addresses.list_next(self.room.list_streams()):
            began = time.monotonic()
            try:
                await self._record_stream(address)
            except StreamError as broken:
                self._addresses.log_failure(address.name, str(broken))
                if broken.because == "stall":
                    self._addresses.note_stall(address.name, self._last_data - began)
                    self.request_check()  # its host may have paused
                if isinstance(broken, UnreadableStream):
                    self._unreadable = str(broken)
                self.record.ended = self._over_at or time.time()
                self.writer.because = broken.because
            await self.writer.close()
            self._mark_pause()
            if self.writer.has_data or self.writer.because == "stall" or self._patience_left <= 0:
                return

    async def _wait_for_renewal(self, address: StreamAddress) -> None:
        """Wait until the address should be replaced, or the room is over.

        The room is fetched before the address expires, again if the answer has the same one; and at
        once while the platform's clock is unknown, or on `request_check`. After its end its
        stream is read on for a while.
        """
        if self.record.server_ahead is None:
            await self._update_room()
        while await self._is_going_on():
            delay = self._get_renewal_delay(address)
            is_poll = self.is_paused and (delay is None or delay > _PAUSED_CHECK_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(_PAUSED_CHECK_S if is_poll else delay):
                    await self._check_requested.wait()
            is_due = not (is_poll or self._check_requested.is_set())
            self._check_requested.clear()
            await self._update_room()
            urls = {
                one.name: one.url for one in self.rules.preference.rank(self.room.list_streams())
            }
            if is_due and urls.get(address.name, address.url) != address.url:
                return

    async def _is_going_on(self) -> bool:
        """Return whether the room is on air; if it is over, after its stream had time to end."""
        if self.room.on_air:
            return True
        await asyncio.sleep(self.rules.grace)
        await self._update_room()
        if not self.room.on_air:
            self._cut = f"the stream went on for more than {self.rules.grace:g} s after the end"
            logger.warning("%s: %s; it is cut", self.record.name, self._cut)
        return self.room.on_air

    def _get_renewal_delay(self, address: StreamAddress) -> float | None:
        """Return the seconds until renewal; None if the address never expires, or too soon."""
        now = time.time() + (self.record.server_ahead or 0.0)
        left = (address.expires or 0.0) - now
        return left - min(_RENEWAL_MARGIN, left / 5) if left > _MIN_REMAINING else None

    async def _update_room(self) -> None:
        """Fetch the state of the room; if that is refused or not stated, the last state stays."""
        if self.record.ended and not self._over_at:
            self.record.ended = time.time()  # still no data
        self._fetched_at = time.monotonic()
        try:
            room = await self._fetch_room()
        except Refused as refused:
            logger.warning("%s: the room cannot be fetched: %s", self.record.name, refused)
            return
        if room.shows_state:
            self._note_state(room, is_same=room.room_id == self.room.room_id)
        else:
            logger.warning("%s: the answer does not say whether the room is on air", self.room.key)

    def _note_state(self, room: RoomItem, *, is_same: bool) -> None:
        """Take over the state of a room; another broadcast of it means that this one is over."""
        is_over = not is_same or not room.on_air
        if is_over and self.room.on_air:
            logger.info("%s: over", self.room.key)
        elif _is_shown_paused(room) and not _is_shown_paused(self.room):
            logger.info("%s: paused by its host; waiting", self.room.key)
        self._over_at = (self._over_at or time.time()) if is_over else None
        if is_same:
            self.room = room
        self.room.on_air = not is_over
        self._mark_pause()

    def _choose_pause(self, tries: int, most: float) -> float:
        """Return the seconds until the next try, `most` at most; 0 at the first try."""
        longest = min(self.rules.backoff * 2.0 ** min(tries - 1, 10), most) if tries else 0.0
        return longest * random.uniform(0.5, 1)

    @property
    def _patience_left(self) -> float:
        """Seconds until the room is given up, unless a picture or sound comes."""
        return self.rules.patience - (time.monotonic() - self._last_data)

    @property
    def _is_receiving(self) -> bool:
        """Whether the open segment is up to date: no more time has passed than is usual."""
        silence = time.monotonic() - self._last_data
        return self.writer.is_writing and silence < EDGE_TOLERANCE + self._usual_silence

    def _note_media(self, address: StreamAddress, follower: PlaylistFollower) -> None:
        if self._is_quiet and self._has_paused:
            self.writer.note_pause()
        self._is_quiet = False
        self._last_data, self.record.ended = time.monotonic(), None
        self._usual_silence = 3 * follower.pause if address.form == "hls" else 0.0
        self._addresses.note_media(address.name)
        if _is_shown_paused(self.room) and not self.writer.has_data:
            self.request_check()
        self._is_paused_by_chat = self._is_paused_by_chat and self.writer.has_data
        self._has_paused = self._has_paused and self.is_paused

    async def _receive(self, arrivals: AsyncGenerator[Arrival]) -> Arrival | None:
        """Return the next arrival; None at the stream's end.

        Raises:
            StreamError: there is none, or the patience ends within the connection.
        """
        coming = asyncio.ensure_future(anext(arrivals, None))
        try:
            if not await self._wait_for(coming, _QUIET_S + self._usual_silence / 3):
                self._is_quiet = True
                since = time.monotonic() - self._fetched_at
                if not await self._wait_for(coming, _QUIET_CHECK_S - since):
                    self.request_check()  # its host may have paused
                    await self._wait_for(coming, self._patience_left)
            if coming.done():
                return coming.result()
            raise StreamError(f"no data for {self.rules.patience:g} s", "stall")
        finally:
            if coming.cancel():
                await asyncio.wait({coming})

    async def _wait_for(self, coming: asyncio.Future[Arrival | None], seconds: float) -> bool:
        """Wait for an arrival, as long as patience allows; return whether it has come."""
        await asyncio.wait({coming}, timeout=max(0.0, min(seconds, self._patience_left)))
        return coming.done()

    async def _record_stream(self, address: StreamAddress) -> None:
        """Record from an address until it should be renewed.

        Raises:
            StreamError: the stream ends early, or sends no data.
            DiskError, DiskFull, OSError: a file cannot be written.
        """
        self.writer.begin_connection(address)
        self._addresses.begin(address.name)
        renewal = asyncio.ensure_future(self._wait_for_renewal(address))
        try:
            follower = self._followers.setdefault(address.stream, PlaylistFollower())
            async with aclosing(self._source.read_arrivals(address, follower)) as arrivals:
                while arrival := await self._receive(arrivals):
                    if arrival.has_media:
                        self._note_media(address, follower)
                    await self.writer.write_arrival(arrival)
                    if renewal.done():
                        renewal.result()
                        self.writer.because = "renewed"
                        return
        finally:
            renewal.cancel()


def _is_shown_paused(room: RoomItem) -> bool:
    """Return whether the room is paused by its host; not all items say so."""
    return bool(getattr(room, "is_paused", False))
