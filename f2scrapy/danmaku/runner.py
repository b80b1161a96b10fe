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
from f2scrapy.config.file import load_options
from f2scrapy.danmaku.gifts import Gifts, Giver
from f2scrapy.danmaku.messages import Event, Gift
from f2scrapy.danmaku.reconnect import ReconnectPolicy
from f2scrapy.danmaku.room_listener import RoomListener
from f2scrapy.danmaku.rooms import POLL_S, NotOnAir, Room, find_on_air
from f2scrapy.danmaku.sinks import Sink
from f2scrapy.download.part_file import DiskError
from f2scrapy.errors import F2Error, InputError, Outcome, Reason, Refused
from f2scrapy.rooms import Target, parse_targets
from f2scrapy.text import format_redacted_traceback

HIDDEN_GIFTS = "guests are shown no gifts; an account is: --account, or F2_DANMAKU_ACCOUNT=true"
LINGER_S = 0.2  # s between two writes: sinks are faster with many events at once
_LOG = logging.getLogger(__name__)

Callback = Callable[[Event], Awaitable[object]]
MakeSinks = Callable[[Room], Sequence[Sink] | Awaitable[Sequence[Sink]]]


@dataclass
class RoomResult:
    """The result of one room."""

    text: str  # the text that names it
    id: str = ""  # the id in the link of the text
    room: Room | None = None  # None = it was not found
    outcome: Outcome = Outcome.OK
    reason: str = ""  # one line: how it ended
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
    hides_gifts: bool = False  # the platform shows guests no gifts, and a guest watched
    unreadable: tuple[str, ...] = ()  # paths of fields of the room's answers, which are empty
    is_over: bool = False  # the broadcast has ended, or the room is not on air
    cause: Reason | None = None  # within the outcome, with advice of its own

    @property
    def advice(self) -> str:
        """Advice for the user in one sentence: that of the cause, or else of the outcome."""
        return self.cause.advice if self.cause else self.outcome.advice


@dataclass(frozen=True)
class Plan:
    """The arguments of a run, the same for all its rooms."""

    make_sinks: MakeSinks
    duration: float | None
    wait: bool
    only: Collection[str] | None
    callbacks: Mapping[str, Callback]
    policy: ReconnectPolicy | None
    poll: float
    account: bool
    options: Mapping[str, str]
    rooms: int  # the number of rooms
    taken: set[str] = field(default_factory=set)  # keys of the broadcasts that are watched


async def run(
    texts: Sequence[str | Target],
    *,
    make_sinks: MakeSinks = lambda _room: (),
    duration: float = 0,
    wait: bool = False,
    only: Collection[str] = frozenset(),
    callbacks: Mapping[str, Callback] | None = None,
    stop: asyncio.Event | None = None,
    policy: ReconnectPolicy | None = None,
    poll: float = POLL_S,
    account: bool | None = None,
    options: Mapping[str, str] | None = None,
) -> list[RoomResult]:
    """Watch the rooms that `texts` name until each has ended; return their results in order.

    `make_sinks` returns, or awaits, the sinks of a room once it is on air. `duration` is in seconds
    for each room, 0 = until it ends. `only` are kinds of events or methods, empty = all.
    `callbacks` are awaited for each event, by method or kind; an error in one ends the run, in an
    ExceptionGroup. `stop`, once set, ends all rooms; events received so far are still written.
    Rooms are entered at the pace of F2_PACE; one that is not on air is asked for every `poll`
    seconds, or less often if many rooms would exceed that pace. `account`: watch with the account,
    not as a guest; None = F2_DANMAKU_ACCOUNT. `options` (F2_…) come before those of the project.

    Raises:
        InputError: a text names no room; no request was made.
    """
    found = parse_targets(texts)
    plan = Plan(make_sinks, duration or None, wait, only or None, callbacks or {}, policy, poll,
                load_options(**options or {}).danmaku_account if account is None else account,
                options or {}, len(found))  # fmt: skip
    stopped = asyncio.create_task((stop or asyncio.Event()).wait())
    try:
        async with asyncio.TaskGroup() as group:
            runs = (_RoomRun(plan, each, stopped, number) for number, each in enumerate(found))
            rooms = [group.create_task(run.run()) for run in runs]
    finally:
        stopped.cancel()
    return [room.result() for room in rooms]


class _RoomRun:
    """Runs one room and records its result."""

    def __init__(self, plan: Plan, target: Target, stopped: asyncio.Task[Any], number: int) -> None:
        self._plan, self._target, self._stopped, self._number = plan, target, stopped, number
        self._gifts = Gifts()
        self._callback_error: Exception | None = None  # of the caller's code: it ends the run
        self.result = RoomResult(target.text, target.link.id)

    async def run(self) -> RoomResult:
        try:
            guest = not self._plan.account
            async with Session(self._target.platform, guest=guest, **self._plan.options) as session:
                self._check_login(session)
                try:
                    await self._enter(session)
                finally:
                    self.result.unreadable = tuple(session.unreadable)
        except F2Error as error:
            self._record_failure(error)
        except Exception as error:  # a fault in one room never ends the others
            if error is self._callback_error:
                raise
            _LOG.error("%s: %s", self._target.text, format_redacted_traceback(error))
            self.result.outcome, self.result.reason = Outcome.INTERNAL, type(error).__name__
        return self.result

    def _check_login(self, session: Session) -> None:
        """Raise an error if the account is wanted, and its cookies hold no login."""
        if self._plan.account and not session.identity.is_logged_in:
            platform = self._target.platform
            raise Refused(
                session.identity.login_failure, f"the cookies hold no login of {platform}"
            )

    def _record_failure(self, error: F2Error) -> None:
        result = self.result
        result.outcome, result.reason = _get_outcome(error), _describe(error)
        result.cause = error.reason if isinstance(error, Refused) else None
        if isinstance(error, NotOnAir):
            result.room, result.is_over, result.reason = error.room, True, "not on air"

    async def _enter(self, session: Session) -> None:
        entering = asyncio.create_task(self._wait_until_on_air(session))
        try:
            both: list[asyncio.Task[Any]] = [entering, self._stopped]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not entering.done():
                if not self.result.reason:  # there was no request yet
                    self.result.outcome = Outcome.INTERRUPTED
                    self.result.reason = "stopped before the first request"
                return
            room = entering.result()
            if room.key in self._plan.taken:
                result = self.result
                result.room, result.reason = room, "named twice"
                result.outcome, result.cause = Outcome.OK, None
                return
            self._plan.taken.add(room.key)
            await self._listen(session, room)
        finally:
            entering.cancel()
            await asyncio.wait([entering])

    async def _wait_until_on_air(self, session: Session) -> Room:
        await asyncio.sleep(self._number * session.options.pace)
        plan = self._plan
        poll = max(plan.poll, plan.rooms * session.options.pace)
        return await find_on_air(
            session, self._target, wait=plan.wait, poll=poll, on_failure=self._record_failure
        )

    async def _listen(self, session: Session, room: Room) -> None:
        plan, clock = self._plan, asyncio.get_running_loop().time
        self.result.room, began = room, clock()
        self.result.outcome, self.result.cause = Outcome.OK, None
        listener = RoomListener(
            session, self._target, room,
            only=plan.only, duration=plan.duration, policy=plan.policy,
        )  # fmt: skip
        made = plan.make_sinks(room)
        sinks = SinkGroup(room, await made if isinstance(made, Awaitable) else made)
        self.result.hides_gifts = listener.hides_gifts
        if listener.hides_gifts:
            _LOG.info("%s: %s", room, HIDDEN_GIFTS)

        def stop(_: object) -> None:
            listener.stop()

        self._stopped.add_done_callback(stop)
        try:
            await sinks.open()
            await self._write_events(listener, sinks)
        finally:
            self._stopped.remove_done_callback(stop)
            await sinks.close()
            self._record_counts(listener, sinks, clock() - began)

    async def _write_events(self, listener: RoomListener, sinks: SinkGroup) -> None:
        async with aclosing(listener.read_batches()) as batches:
            async for batch in batches:
                await sinks.write(batch)
                for event in batch:
                    if isinstance(event, Gift):
                        self._gifts.add(event)
                    await self._run_callback(event)
                if not self._stopped.done():
                    await asyncio.sleep(LINGER_S)

    async def _run_callback(self, event: Event) -> None:
        callbacks = self._plan.callbacks
        if callbacks and (callback := callbacks.get(event.method) or callbacks.get(event.kind)):
            try:
                await callback(event)
            except Exception as error:
                self._callback_error = error
                raise

    def _record_counts(self, listener: RoomListener, sinks: SinkGroup, seconds: float) -> None:
        result, tally = self.result, listener.tally
        result.counts, result.gaps, result.repeated = tally.counts, tally.gaps, tally.repeated
        result.messages = tally.counts.total() - tally.counts["gap"]
        result.reconnects, result.spilled = tally.reconnects, listener.spilled
        result.gifts, result.coins = self._gifts.count, self._gifts.coins
        result.givers = self._gifts.rank_givers()
        result.seconds = seconds
        result.failed_sinks = tuple(sinks.failed)
        result.reason, result.is_over = listener.reason, listener.is_over
        if sinks.failed:
            result.outcome = sinks.outcome


class SinkGroup:
    """The sinks of one room; a sink that fails is logged once and left out, the others continue."""

    def __init__(self, room: Room, sinks: Sequence[Sink]) -> None:
        self.outcome = Outcome.OK  # DISK or INTERNAL once one has failed
        self.failed: list[str] = []  # by the names of their classes
        self._room = room
        self._sinks = list(sinks)
        self._opened: list[Sink] = []

    async def open(self) -> None:
        for sink in list(self._sinks):
            await self._try(sink, sink.open, self._room)
            if sink in self._sinks:
                self._opened.append(sink)

    async def write(self, events: Sequence[Event]) -> None:
        await asyncio.gather(*(self._try(sink, sink.write, events) for sink in list(self._sinks)))

    async def close(self) -> None:
        for sink in self._opened:
            await self._try(sink, sink.close)

    async def _try(self, sink: Sink, function: Callable[..., None], *arguments: object) -> None:
        try:
            if sink.blocks:
                await _run_in_thread(function, *arguments)
            else:
                function(*arguments)
        except OSError as error:
            self._leave_out(sink, Outcome.DISK, str(error))
        except Exception as error:  # noqa: BLE001 - a fault in one sink never ends the others
            self._leave_out(sink, Outcome.INTERNAL, format_redacted_traceback(error))

    def _leave_out(self, sink: Sink, outcome: Outcome, words: str) -> None:
        if sink in self._sinks:
            name = type(sink).__name__
            self._sinks.remove(sink)
            self.failed.append(name)
            self.outcome = outcome
            _LOG.error("%s: %s failed and is left out: %s", self._room, name, words)


async def _run_in_thread(function: Callable[..., None], *arguments: object) -> None:
    """Run a function like asyncio.to_thread, but wait for it even if cancelled."""
    job = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    try:
        await asyncio.shield(job)
    except asyncio.CancelledError:
        with suppress(OSError):
            await job
        raise


def _get_outcome(error: F2Error) -> Outcome:
    if isinstance(error, Refused):
        return error.outcome
    if isinstance(error, NotOnAir):
        return Outcome.OK
    if isinstance(error, DiskError):
        return Outcome.DISK
    return Outcome.BAD_INPUT if isinstance(error, InputError) else Outcome.SCHEMA_CHANGED


def _describe(error: F2Error) -> str:
    return error.detail if isinstance(error, Refused) else str(error)
