"""Watch many rooms at once, each with its own guest and its own sinks.

Sockets never wait for sinks: messages for a slow sink wait in memory, then in a file.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

from f2scrapy.api.session import Session
from f2scrapy.danmaku.gifts import Gifts, Giver
from f2scrapy.danmaku.messages import Event, Gift
from f2scrapy.danmaku.reconnect import Patience
from f2scrapy.danmaku.room_listener import Watch
from f2scrapy.danmaku.rooms import POLL_S, NotOnAir, Room, on_air
from f2scrapy.danmaku.sinks import Sink
from f2scrapy.errors import F2Error, InputError, Outcome, Refused
from f2scrapy.rooms import Target, targets

LINGER_S = 0.2  # s between two writes: sinks are faster with many events at once
_LOG = logging.getLogger(__name__)

Callback = Callable[[Event], Awaitable[object]]


@dataclass
class Ended:
    """The result of one room."""

    text: str  # the text that names it
    id: str = ""  # the id in the link of the text
    room: Room | None = None  # None = it was not found
    outcome: Outcome = Outcome.OK
    why: str = ""  # one line: how it ended
    messages: int = 0
    counts: Counter[str] = field(default_factory=Counter)  # events by kind
    gaps: int = 0
    repeated: int = 0  # messages received again and left out
    reconnects: int = 0
    spilled: int = 0  # messages that waited in a file for slow sinks
    gifts: int = 0  # each gift counts once, also in a combo
    coins: int = 0  # of all gifts
    givers: Sequence[Giver] = ()  # the largest sum first
    seconds: float = 0.0  # watched
    failed_sinks: tuple[str, ...] = ()
    over: bool = False  # the broadcast has ended, or the room is not on air


@dataclass(frozen=True)
class Plan:
    """The arguments of a run, the same for all its rooms."""

    sinks: Callable[[Room], Sequence[Sink]]
    duration: float | None
    wait: bool
    wanted: Collection[str] | None
    callbacks: Mapping[str, Callback]
    patience: Patience | None
    poll: float
    rooms: int  # the number of rooms
    taken: set[str] = field(default_factory=set)  # keys of the broadcasts that are watched


async def run(
    texts: Sequence[str | Target],
    *,
    sinks: Callable[[Room], Sequence[Sink]] = lambda _room: (),
    duration: float = 0,
    wait: bool = False,
    only: Collection[str] = frozenset(),
    callbacks: Mapping[str, Callback] | None = None,
    stop: asyncio.Event | None = None,
    patience: Patience | None = None,
    poll: float = POLL_S,
) -> list[Ended]:
    """Watch the rooms that `texts` name until each has ended; return their results in order.

    `make_sinks` returns the sinks of a room once it is on air. `duration` is in seconds for each
    room, 0 = until it ends. `only` are kinds of events or methods, empty = all. `callbacks` are
    awaited for each event, by its method or kind; an error in one ends the run, in an
    ExceptionGroup. `stop`, once set, ends all rooms; events received so far are still written.
    Rooms are entered one after the other, at the pace of F2_PACE; a room that is not on air yet is
    asked for every `poll` seconds, or less often if many rooms would exceed the pace of F2_PACE.

    Raises:
        InputError: a text names no room; no request was made.
    """
    found = targets(texts)
    plan = Plan(
        sinks, duration or None, wait, only or None, callbacks or {}, patience, poll, len(found)
    )
    stopped = asyncio.create_task((stop or asyncio.Event()).wait())
    try:
        async with asyncio.TaskGroup() as group:
            rooms = [
                group.create_task(_Run(plan, target, stopped, number).run())
                for number, target in enumerate(found)
            ]
    finally:
        stopped.cancel()
    return [room.result() for room in rooms]


class _Run:
    """Runs one room and records its result."""

    def __init__(self, plan: Plan, target: Target, stopped: asyncio.Task[Any], number: int) -> None:
        self._plan, self._target, self._stopped, self._number = plan, target, stopped, number
        self._gifts = Gifts()
        self.ended = Ended(target.text, target.link.id)

    async def run(self) -> Ended:
        try:
            async with Session(self._target.platform, guest=True) as session:
                await self._enter(session)
        except F2Error as error:
            self._fail(error)
        return self.ended

    def _fail(self, error: F2Error) -> None:
        ended = self.ended
        ended.outcome, ended.why = _outcome(error), _words(error)
        if isinstance(error, NotOnAir):
            ended.room, ended.over, ended.why = error.room, True, "not on air"

    async def _enter(self, session: Session) -> None:
        entering = asyncio.create_task(self._on_air(session))
        try:
            both: list[asyncio.Task[Any]] = [entering, self._stopped]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not entering.done():
                if not self.ended.why:  # there was no request yet
                    self.ended.outcome = Outcome.INTERRUPTED
                    self.ended.why = "stopped before the first request"
                return
            room = entering.result()
            if room.key in self._plan.taken:
                ended = self.ended
                ended.room, ended.outcome, ended.why = room, Outcome.OK, "named twice"
                return
            self._plan.taken.add(room.key)
            await self._watch(session, room)
        finally:
            entering.cancel()
            await asyncio.wait([entering])

    async def _on_air(self, session: Session) -> Room:
        await asyncio.sleep(self._number * session.pace)
        plan = self._plan
        poll = max(plan.poll, plan.rooms * session.pace)
        return await on_air(session, self._target, wait=plan.wait, poll=poll, seen=self._fail)

    async def _watch(self, session: Session, room: Room) -> None:
        plan, clock = self._plan, asyncio.get_running_loop().time
        self.ended.room, self.ended.outcome, began = room, Outcome.OK, clock()
        watch = Watch(
            session, self._target, room,
            wanted=plan.wanted, duration=plan.duration, patience=plan.patience,
        )  # fmt: skip
        feed = Feed(room, plan.sinks(room))

        def stop(_: object) -> None:
            watch.stop()

        self._stopped.add_done_callback(stop)
        try:
            await feed.open()
            await self._listen(watch, feed)
        finally:
            self._stopped.remove_done_callback(stop)
            await feed.close()
            self._count(watch, feed, clock() - began)

    async def _listen(self, watch: Watch, feed: Feed) -> None:
        async with aclosing(watch.batches()) as batches:
            async for batch in batches:
                await feed.write(batch)
                for event in batch:
                    if isinstance(event, Gift):
                        self._gifts.add(event)
                    await self._call(event)
                if not self._stopped.done():
                    await asyncio.sleep(LINGER_S)

    async def _call(self, event: Event) -> None:
        callbacks = self._plan.callbacks
        if callbacks and (callback := callbacks.get(event.method) or callbacks.get(event.kind)):
            await callback(event)

    def _count(self, watch: Watch, feed: Feed, seconds: float) -> None:
        ended, tally = self.ended, watch.tally
        ended.counts, ended.gaps, ended.repeated = tally.counts, tally.gaps, tally.repeated
        ended.messages = tally.counts.total() - tally.counts["gap"]
        ended.reconnects, ended.spilled = tally.reconnects, watch.spilled
        ended.gifts, ended.coins = self._gifts.count, self._gifts.coins
        ended.givers = self._gifts.ranking()
        ended.seconds = seconds
        ended.failed_sinks = tuple(feed.failed)
        ended.why, ended.over = watch.why, watch.over
        if feed.failed:
            ended.outcome = Outcome.DISK


class Feed:
    """The sinks of one room; a sink that fails is logged once and left out, the others continue."""

    def __init__(self, room: Room, sinks: Sequence[Sink]) -> None:
        self.failed: list[str] = []  # by the names of their classes
        self._room = room
        self._sinks = list(sinks)
        self._opened: list[Sink] = []

    async def open(self) -> None:
        for sink in list(self._sinks):
            await self._do(sink, sink.open, self._room)
            if sink in self._sinks:
                self._opened.append(sink)

    async def write(self, events: Sequence[Event]) -> None:
        await asyncio.gather(*(self._do(sink, sink.write, events) for sink in list(self._sinks)))

    async def close(self) -> None:
        for sink in self._opened:
            await self._do(sink, sink.close)

    async def _do(self, sink: Sink, what: Callable[..., None], *given: object) -> None:
        try:
            if sink.blocks:
                await _in_thread(what, *given)
            else:
                what(*given)
        except OSError as error:
            name = type(sink).__name__
            if sink in self._sinks:
                self._sinks.remove(sink)
                self.failed.append(name)
                _LOG.error("%s: %s failed and is left out: %s", self._room, name, error)


async def _in_thread(what: Callable[..., None], *given: object) -> None:
    """Run a function like asyncio.to_thread, but wait for it even if cancelled."""
    job = asyncio.ensure_future(asyncio.to_thread(what, *given))
    try:
        await asyncio.shield(job)
    except asyncio.CancelledError:
        with suppress(OSError):
            await job
        raise


def _outcome(error: F2Error) -> Outcome:
    if isinstance(error, Refused):
        return error.outcome
    if isinstance(error, NotOnAir):
        return Outcome.OK
    return Outcome.BAD_INPUT if isinstance(error, InputError) else Outcome.SCHEMA_CHANGED


def _words(error: F2Error) -> str:
    return error.seen if isinstance(error, Refused) else str(error)
