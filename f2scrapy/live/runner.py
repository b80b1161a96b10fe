"""Record many rooms at once: broadcasts on air and, on request, future ones."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from f2scrapy.api.session import Session
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import Template
from f2scrapy.config.file import archive_path, standalone
from f2scrapy.download.part_file import Busy, DiskError
from f2scrapy.errors import InputError, Outcome, Refused
from f2scrapy.exits import EXIT_OK, exit_code
from f2scrapy.live.archived import remember
from f2scrapy.live.recorder import ELSEWHERE, Recorder, Recording, Room
from f2scrapy.live.recording_options import rules
from f2scrapy.live.recover import mend
from f2scrapy.live.room_client import Studio
from f2scrapy.live.segment import in_thread
from f2scrapy.live.source import Source
from f2scrapy.notify import Notifier
from f2scrapy.rooms import Target, place, targets

logger = logging.getLogger(__name__)

_FINAL = frozenset({Outcome.BAD_INPUT, Outcome.DELETED, Outcome.PROHIBITED})


class Companion(Protocol):
    """Runs along with a recording until `over` is set, e.g. to record danmaku."""

    async def __call__(self, target: Target, recorder: Recorder, over: asyncio.Event) -> None: ...


@dataclass
class Done:
    """The result of one room."""

    target: Target
    outcome: Outcome
    detail: str  # "" if there is nothing to say
    room: Any = None  # None if the platform did not show it
    recording: Recording | None = None  # None if the room was not on air

    @property
    def flaw(self) -> Outcome:
        """The outcome with missing seconds counted as NETWORK; OK if the room was not on air."""
        return self.recording.flaw if self.recording else self.outcome

    @property
    def name(self) -> str:
        """The nickname of the room's owner, or the id of its link."""
        return getattr(self.room, "nickname", "") or self.target.link.id


@dataclass
class Runner:
    """Records rooms until they are over, or until `stop` is set.

    With `wait`, rooms not on air are waited for, also after each broadcast; `read_list` returns the
    current watch list. `options` are those of the project.

    Raises:
        InputError: an option has an invalid value.
    """

    options: Mapping[str, str]
    wait: bool = False
    listed: Callable[[], Iterable[str]] | None = None
    companion: Companion | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    results: list[Done] = field(default_factory=list)
    _recording_keys: set[str] = field(default_factory=set)  # of the broadcasts being recorded
    _tasks: dict[Target, asyncio.Task[None]] = field(default_factory=dict)
    _warned: set[str] = field(default_factory=set)  # errors already logged
    _studios: dict[str, Studio] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._settings = standalone(**self.options)
        self._rules = rules(self._settings)
        self._template = Template(self._settings["F2_NAMING"])
        self._notifier = Notifier.of(self._settings)

    async def run(self, texts: Iterable[str]) -> list[Done]:
        """Record the rooms that `texts` name.

        Raises:
            InputError: a text names no room (of a watch list: every text); no request was sent.
        """
        wanted = self._usable(texts) if self.wait and self.listed else targets(texts)
        self._archive = Archive(archive_path(self._settings), Path(self._settings["F2_PATH"]))
        async with AsyncExitStack() as self._stack:
            self._stack.callback(self._archive.close)
            self._stack.push_async_callback(self._notifier.close)
            await mend(self._archive, self._rules)
            for platform in {target.platform for target in wanted}:
                await self._studio(platform)
            async with asyncio.TaskGroup() as self._group:
                await self._start_rooms(wanted)
                if self.wait and self.listed:
                    await self._watch_list(self.listed)
        return self.results

    async def _watch_list(self, listed: Callable[[], Iterable[str]]) -> None:
        """Start the rooms that are added to the list."""
        while not await self._wait_for_poll():
            with _warn_on_error(self._warned):
                for text in await asyncio.to_thread(listed):
                    with _warn_on_error(self._warned):
                        await self._start_rooms(targets([text]))

    def _usable(self, texts: Iterable[str]) -> list[Target]:
        """Return the rooms of a watch list; log the lines that name none.

        Raises:
            InputError: no line names a room.
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
        for unusable in errors:
            _warn_once(unusable, self._warned)
        return found

    async def _start_rooms(self, wanted: Iterable[Target]) -> None:
        for target in wanted:
            if target not in self._tasks:
                client = await self._studio(target.platform)
                self._tasks[target] = self._group.create_task(self._follow_room(client, target))

    async def _studio(self, platform: str) -> Studio:
        if platform not in self._studios:
            session = await self._stack.enter_async_context(
                Session(platform, guest=False, **self.options)
            )
            source = Source(session.identity, session.sandbox, self._settings.getfloat("F2_STALL"))
            await self._stack.enter_async_context(source)
            self._studios[platform] = Studio(platform, session, source)
        return self._studios[platform]

    async def _follow_room(self, client: Studio, target: Target) -> None:
        """Check a room once; with `wait`, again and again."""
        idle: Done | None = Done(target, Outcome.INTERRUPTED, "stopped before it was fetched")
        while not self.stop.is_set():
            result = await self._check_room(client, target)
            if result.outcome is Outcome.INTERRUPTED:
                break
            if result.recording:
                self.results.append(result)
            else:
                self._report_idle(result, idle)
            idle = None if result.recording else result
            if not self.wait or result.outcome in _FINAL:
                break
            if idle or result.outcome is not Outcome.OK:
                await self._wait_for_poll()  # the next broadcast may begin at once
        if idle and not (self.wait and idle.outcome is Outcome.OK):
            self.results.append(idle)

    def _report_idle(self, result: Done, before: Done | None) -> None:
        """Report why a room is not recorded, if the reason has changed."""
        if before and (before.outcome, before.detail) == (result.outcome, result.detail):
            return
        prefix = "waiting for " if self.wait and result.outcome not in _FINAL else ""
        if result.outcome is not Outcome.OK:
            logger.warning("%s%s: %s", prefix, result.name, result.detail)
            facts = {"room": result.target.link.id, **_describe_ending(result.outcome)}
            self._notifier.tell("failure", result.name, result.detail, **facts)
        elif prefix:
            logger.info("%s%s: %s", prefix, result.name, result.detail)

    async def _check_room(self, client: Studio, target: Target) -> Done:
        """Fetch a room; if it is on air, record it until it is over."""
        try:
            room = await self._run_unless_stopped(client.find(target))
        except InputError as error:
            return Done(target, Outcome.BAD_INPUT, str(error))
        except Refused as refused:
            return Done(target, refused.outcome, refused.seen)
        if room is None:
            return Done(target, Outcome.INTERRUPTED, "stopped")
        if not room.on_air:
            return Done(target, Outcome.OK, "not on air", room)
        if room.key in self._recording_keys:
            return Done(target, Outcome.OK, "named twice", room)
        return await self._record_once(client, target, room)

    async def _record_once(self, client: Studio, target: Target, room: Any) -> Done:
        self._recording_keys.add(room.key)
        try:
            if shortage := await asyncio.to_thread(
                self._rules.check_free_space, self._archive.root
            ):
                return Done(target, Outcome.DISK, shortage, room)
            recorder = await self._build_recorder(client, room)
            recording = await self._record_room(target, recorder)
        except Busy:
            return Done(target, Outcome.OK, ELSEWHERE, room)
        except (DiskError, OSError) as error:  # of its folder, or of the archive
            return Done(target, Outcome.DISK, str(error), room)
        finally:
            self._recording_keys.discard(room.key)
        return Done(target, recording.outcome, recording.detail, room, recording)

    async def _build_recorder(self, client: Studio, room: Any) -> Recorder:
        """Who records a broadcast nobody else does."""
        folderize = self._settings.getbool("F2_FOLDERIZE")
        base = place(self._archive, self._template, room, folderize=folderize)

        async def fetch_room() -> Room:
            fresh: Room = await client.refresh(recorder.room)
            recorder.record.server_ahead = client.server_ahead
            return fresh

        recorder = Recorder(room, base, client.source, fetch_room, self._rules)
        try:
            await in_thread(recorder.writer.resume)
        except BaseException:
            recorder.writer.release()
            raise
        return recorder

    async def _record_room(self, target: Target, recorder: Recorder) -> Recording:
        room: Any = recorder.room
        self._announce("start", room, f"on air: {room.title}")
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._run_companion(target, recorder, over))
            recording = await recorder.run(self.stop)
            over.set()
        remember(self._archive, room, recording)
        ending = _describe_ending(recording.flaw)
        event = "end" if ending["exit_code"] == EXIT_OK else "failure"
        self._announce(event, room, recording.summary, **ending)
        return recording

    async def _run_companion(self, target: Target, recorder: Recorder, over: asyncio.Event) -> None:
        """Run the companion; its errors do not end the recording."""
        if self.companion:
            try:
                await self.companion(target, recorder, over)
            except Exception:
                logger.exception("%s: recorded without its danmaku", recorder.room.key)

    def _announce(self, event: str, room: Any, text: str, **facts: Any) -> None:
        logger.info("%s: %s: %s", room.key, event, text)
        self._notifier.tell(event, room.nickname or room.key, text, room=room.key, **facts)

    async def _run_unless_stopped(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Return the result of *work*; None if `stop` is set first."""
        both = asyncio.ensure_future(work), asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            return both[0].result() if both[0].done() else None
        finally:
            for task in both:
                task.cancel()
            await asyncio.wait(both)

    async def _wait_for_poll(self) -> bool:
        """Wait until rooms are worth another look; whether that was broken off."""
        poll = self._settings.getfloat("F2_LIVE_POLL") * random.uniform(0.5, 1.5)
        try:
            await asyncio.wait_for(self.stop.wait(), poll)
        except TimeoutError:
            return False
        return True


def _describe_ending(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome and exit code of a room, as in the report of a crawl."""
    return {"outcome": outcome, "exit_code": exit_code(outcome)}


@contextmanager
def _warn_on_error(warned: set[str]) -> Iterator[None]:
    """Log an InputError within the block, once, and go on."""
    try:
        yield
    except InputError as error:
        _warn_once(error, warned)


def _warn_once(error: InputError, warned: set[str]) -> None:
    if str(error) not in warned:
        logger.warning("%s", error)
    warned.add(str(error))
