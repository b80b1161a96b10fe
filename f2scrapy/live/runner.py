"""Runner: many rooms at once, recorded when they are on air, waited for where that is wished."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from f2scrapy.api.session import Session
from f2scrapy.archive.archive import Archive
from f2scrapy.config.file import load_options
from f2scrapy.download.part_file import Busy, DiskError
from f2scrapy.errors import EXIT_OK, InputError, Outcome, Refused, exit_code
from f2scrapy.live.archived import remember
from f2scrapy.live.recorder import ELSEWHERE, Recorder, Recording, Room
from f2scrapy.live.recording_options import recording_options
from f2scrapy.live.recover import mend
from f2scrapy.live.room_client import Studio
from f2scrapy.live.segment import in_thread
from f2scrapy.live.source import Source
from f2scrapy.notify import Notifier
from f2scrapy.rooms import Target, place, targets

logger = logging.getLogger(__name__)

_FOR_GOOD = frozenset({Outcome.BAD_INPUT, Outcome.DELETED, Outcome.PROHIBITED})


class Companion(Protocol):
    """Goes along with a recording until `over` is set, as the danmaku of its room do."""

    async def __call__(self, target: Target, recorder: Recorder, over: asyncio.Event) -> None: ...


@dataclass
class Done:
    """What became of one room."""

    target: Target
    outcome: Outcome
    seen: str  # "" = nothing is to be said
    room: Any = None  # None = it was not shown
    recording: Recording | None = None  # None = it was not on air

    @property
    def flaw(self) -> Outcome:
        """Why there is not all of it; OK = there is, or it was not on air."""
        return self.recording.flaw if self.recording else self.outcome

    @property
    def name(self) -> str:
        """Whose room it is; else what it was asked for by."""
        return getattr(self.room, "nickname", "") or self.target.link.id


@dataclass
class Runner:
    """Records rooms until they are over, or until `stop` is set.

    With `wait` a room is waited for, and again once it is over; `listed` gives the watch list as
    it is now. `options` are those of the project.

    Raises:
        InputError: an option cannot be used.
    """

    options: Mapping[str, str]
    wait: bool = False
    listed: Callable[[], Iterable[str]] | None = None
    companion: Companion | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    done: list[Done] = field(default_factory=list)
    _keys: set[str] = field(default_factory=set)  # of the broadcasts that are being recorded
    _tasks: dict[Target, asyncio.Task[None]] = field(default_factory=dict)
    _useless: set[str] = field(default_factory=set)  # why lines of the watch list name no room
    _studios: dict[str, Studio] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._options = load_options(**self.options)
        self._rules = recording_options(self._options)
        self._notifier = Notifier.from_options(self._options)

    async def run(self, texts: Iterable[str]) -> list[Done]:
        """Record what `texts` name.

        Raises:
            InputError: one names no room, of a watch list all; nothing was asked.
        """
        wanted = self._usable(texts) if self.wait and self.listed else targets(texts)
        self._archive = Archive(self._options.archive_path, self._options.path)
        async with AsyncExitStack() as self._stack:
            self._stack.callback(self._archive.close)
            self._stack.push_async_callback(self._notifier.close)
            await mend(self._archive, self._rules)
            for platform in {target.platform for target in wanted}:
                await self._studio(platform)
            async with asyncio.TaskGroup() as self._group:
                await self._take(wanted)
                if self.wait and self.listed:
                    await self._watch(self.listed)
        return self.done

    async def _watch(self, listed: Callable[[], Iterable[str]]) -> None:
        """Take up what is added to the list."""
        while not await self._stopped():
            with _warning(self._useless):
                for text in await asyncio.to_thread(listed):
                    with _warning(self._useless):
                        await self._take(targets([text]))

    def _usable(self, texts: Iterable[str]) -> list[Target]:
        """The rooms of a watch list; of the lines that name none the log tells.

        Raises:
            InputError: none of them names one.
        """
        found: list[Target] = []
        errors: list[InputError] = []
        for text in texts:
            try:
                found += targets([text])
            except InputError as error:
                errors.append(error)
        if errors and not found:
            raise errors[0]
        for useless in errors:
            _warn(useless, self._useless)
        return found

    async def _take(self, wanted: Iterable[Target]) -> None:
        for target in wanted:
            if target not in self._tasks:
                studio = await self._studio(target.platform)
                self._tasks[target] = self._group.create_task(self._follow(studio, target))

    async def _studio(self, platform: str) -> Studio:
        if platform not in self._studios:
            session = await self._stack.enter_async_context(
                Session(platform, guest=False, **self.options)
            )
            source = Source(session.identity, session.sandbox, self._options.stall)
            await self._stack.enter_async_context(source)
            self._studios[platform] = Studio(platform, session, source)
        return self._studios[platform]

    async def _follow(self, studio: Studio, target: Target) -> None:
        """One room: looked at once, or, with `wait`, again and again."""
        idle: Done | None = Done(target, Outcome.INTERRUPTED, "stopped before it was asked for")
        while not self.stop.is_set():
            done = await self._look(studio, target)
            if done.outcome is Outcome.INTERRUPTED:
                break
            if done.recording:
                self.done.append(done)
            else:
                self._say(done, idle)
            idle = None if done.recording else done
            if not self.wait or done.outcome in _FOR_GOOD:
                break
            if idle or done.outcome is not Outcome.OK:
                await self._stopped()  # one broadcast may end because another one begins
        if idle and not (self.wait and idle.outcome is Outcome.OK):
            self.done.append(idle)

    def _say(self, done: Done, before: Done | None) -> None:
        """Tell why a room is not recorded, where that is another reason than before."""
        if before and (before.outcome, before.seen) == (done.outcome, done.seen):
            return
        waits = "waiting for " if self.wait and done.outcome not in _FOR_GOOD else ""
        if done.outcome is not Outcome.OK:
            logger.warning("%s%s: %s", waits, done.name, done.seen)
            facts = {"room": done.target.link.id, **_ending(done.outcome)}
            self._notifier.tell("failure", done.name, done.seen, **facts)
        elif waits:
            logger.info("%s%s: %s", waits, done.name, done.seen)

    async def _look(self, studio: Studio, target: Target) -> Done:
        """What a room is now; recorded to its end, where it is on air."""
        try:
            room = await self._unless_stopped(studio.find(target))
        except InputError as error:
            return Done(target, Outcome.BAD_INPUT, str(error))
        except Refused as refused:
            return Done(target, refused.outcome, refused.seen)
        if room is None:
            return Done(target, Outcome.INTERRUPTED, "stopped")
        if not room.on_air:
            return Done(target, Outcome.OK, "not on air", room)
        if room.key in self._keys:
            return Done(target, Outcome.OK, "named twice", room)
        return await self._recorded(studio, target, room)

    async def _recorded(self, studio: Studio, target: Target, room: Any) -> Done:
        self._keys.add(room.key)
        try:
            if lack := await asyncio.to_thread(self._rules.lack, self._archive.root):
                return Done(target, Outcome.DISK, lack, room)
            recorder = await self._recorder(studio, room)
            recording = await self._record(target, recorder)
        except Busy:
            return Done(target, Outcome.OK, ELSEWHERE, room)
        except (DiskError, OSError) as error:  # of its folder, or of the archive
            return Done(target, Outcome.DISK, str(error), room)
        finally:
            self._keys.discard(room.key)
        return Done(target, recording.outcome, recording.seen, room, recording)

    async def _recorder(self, studio: Studio, room: Any) -> Recorder:
        """Who records a broadcast nobody else does."""
        base = place(self._archive, self._options.naming, room, folderize=self._options.folderize)

        async def ask() -> Room:
            fresh: Room = await studio.again(recorder.room)
            recorder.record.server_ahead = studio.ahead
            return fresh

        recorder = Recorder(room, base, studio.source, ask, self._rules)
        try:
            await in_thread(recorder.writer.take_up)
        except BaseException:
            recorder.writer.release()
            raise
        return recorder

    async def _record(self, target: Target, recorder: Recorder) -> Recording:
        room: Any = recorder.room
        self._tell("start", room, f"on air: {room.title}")
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._accompany(target, recorder, over))
            recording = await recorder.run(self.stop)
            over.set()
        remember(self._archive, room, recording)
        ending = _ending(recording.flaw)
        event = "end" if ending["exit_code"] == EXIT_OK else "failure"
        self._tell(event, room, recording.summary, **ending)
        return recording

    async def _accompany(self, target: Target, recorder: Recorder, over: asyncio.Event) -> None:
        """Whatever becomes of the companion, the recording goes on."""
        if self.companion:
            try:
                await self.companion(target, recorder, over)
            except Exception:
                logger.exception("%s: recorded without its danmaku", recorder.room.key)

    def _tell(self, event: str, room: Any, text: str, **facts: Any) -> None:
        logger.info("%s: %s: %s", room.key, event, text)
        self._notifier.tell(event, room.nickname or room.key, text, room=room.key, **facts)

    async def _unless_stopped(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What comes of *work*; None = somebody stopped it."""
        both = asyncio.ensure_future(work), asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            return both[0].result() if both[0].done() else None
        finally:
            for task in both:
                task.cancel()
            await asyncio.wait(both)

    async def _stopped(self) -> bool:
        """Wait until rooms are worth another look; whether that was broken off."""
        poll = self._options.live_poll * random.uniform(0.5, 1.5)
        try:
            await asyncio.wait_for(self.stop.wait(), poll)
        except TimeoutError:
            return False
        return True


def _ending(flaw: Outcome) -> dict[str, Any]:
    """How a room ended, in the terms of a crawl."""
    return {"outcome": flaw, "exit_code": exit_code(flaw)}


@contextmanager
def _warning(told: set[str]) -> Iterator[None]:
    """What of a watch list cannot be used is said, once, and passed over."""
    try:
        yield
    except InputError as error:
        _warn(error, told)


def _warn(error: InputError, told: set[str]) -> None:
    if str(error) not in told:
        logger.warning("%s", error)
    told.add(str(error))
