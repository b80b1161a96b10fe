"""Record many rooms at once: broadcasts on air and, on request, future ones."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from f2scrapy.api.session import Session
from f2scrapy.archive.opening import open_archive
from f2scrapy.config.file import load_options
from f2scrapy.download.part_file import DiskError, FileBusy
from f2scrapy.errors import EXIT_OK, InputError, Outcome, Refused, get_exit_code
from f2scrapy.live.archived import archive_recording
from f2scrapy.live.companion import Companion, record_with
from f2scrapy.live.recorder import Recorder, RoomItem
from f2scrapy.live.recording import RECORDED_ELSEWHERE, Recording
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.recover import recover_broadcasts
from f2scrapy.live.room_client import RoomClient
from f2scrapy.live.segment import run_in_thread
from f2scrapy.live.source import StreamSource
from f2scrapy.live.status import StatusView
from f2scrapy.model.account import LoginState, describe_end, ends_soon
from f2scrapy.notify import Notifier
from f2scrapy.rooms import Target, parse_targets, reserve_room_path
from f2scrapy.text import describe_unreadable

logger = logging.getLogger(__name__)

_FINAL = frozenset({Outcome.BAD_INPUT, Outcome.DELETED, Outcome.PROHIBITED})


@dataclass
class RoomResult:
    """The result of one room."""

    target: Target
    outcome: Outcome
    detail: str  # "" if there is nothing to say
    room: Any = None  # None if the platform did not show it
    recording: Recording | None = None  # None if the room was not on air

    @property
    def overall_outcome(self) -> Outcome:
        """The outcome with missing seconds counted as NETWORK; OK if the room was not on air."""
        return self.recording.overall_outcome if self.recording else self.outcome

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
    read_list: Callable[[], Iterable[str]] | None = None
    companion: Companion | None = None
    view: StatusView | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    results: list[RoomResult] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # on logins and the store, a line each
    _recording_keys: set[str] = field(default_factory=set)  # of the broadcasts being recorded
    _tasks: dict[Target, asyncio.Task[None]] = field(default_factory=dict)
    _warned: set[str] = field(default_factory=set)  # errors already logged
    _clients: dict[str, RoomClient] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._options = load_options(**self.options)
        self._rules = RecordingOptions.from_options(self._options)
        self._notifier = Notifier.from_options(self._options)

    async def run(self, texts: Iterable[str]) -> list[RoomResult]:
        """Record the rooms that `texts` name.

        Raises:
            InputError: a text names no room (of a watch list: every text); no request was sent.
        """
        wanted = (
            self._select_usable(texts) if self.wait and self.read_list else parse_targets(texts)
        )
        self._archive = await open_archive(
            self._options.archive_place,
            self._options.path,
            self.stop.is_set,
            self._options.limits,
        )
        async with AsyncExitStack() as self._stack:
            self._stack.callback(self._archive.close)
            self._stack.push_async_callback(self._notifier.close)
            finish = self.companion.finish if self.companion else None
            await recover_broadcasts(self._archive, self._rules, finish)
            for platform in {target.platform for target in wanted}:
                await self._get_client(platform)
            async with asyncio.TaskGroup() as self._group:
                await self._start_rooms(wanted)
                if self.wait and self.read_list:
                    await self._watch_list(self.read_list)
        if self._options.publish and any(one.recording for one in self.results):
            self.remarks.append("the recordings go to the store of F2_PUBLISH with the next crawl")
        return self.results

    def describe_unreadable(self) -> list[str]:
        """Name the fields of rooms that could not be read, in a line for each platform."""
        clients = self._clients.values()
        found = ((one.platform, describe_unreadable(one.session.unreadable)) for one in clients)
        return [f"{platform}: {words}" for platform, words in found if words]

    async def _watch_list(self, read_list: Callable[[], Iterable[str]]) -> None:
        """Start the rooms that are added to the list."""
        while not await self._wait_for_poll():
            with _warn_on_error(self._warned):
                for text in await asyncio.to_thread(read_list):
                    with _warn_on_error(self._warned):
                        await self._start_rooms(parse_targets([text]))

    def _select_usable(self, texts: Iterable[str]) -> list[Target]:
        """Return the rooms of a watch list; log the lines that name none.

        Raises:
            InputError: no line names a room.
        """
        found: list[Target] = []
        errors: list[InputError] = []
        for text in texts:
            try:
                found += parse_targets([text])
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
                client = await self._get_client(target.platform)
                self._tasks[target] = self._group.create_task(self._follow_room(client, target))

    async def _get_client(self, platform: str) -> RoomClient:
        if platform not in self._clients:
            session = await self._stack.enter_async_context(
                Session(platform, guest=False, **self.options)
            )
            await self._run_unless_stopped(self._check_login(session))
            source = StreamSource(session.identity, session.sandbox, self._options.stall)
            await self._stack.enter_async_context(source)
            self._clients[platform] = RoomClient(platform, session, source)
        return self._clients[platform]

    async def _check_login(self, session: Session) -> None:
        """Ask once whether the login is accepted, and log it if not: a guest records the rooms."""
        platform, login = session.identity.platform, await session.check_login()
        if login.state is LoginState.EXPIRED:
            self.remarks.append(f"{platform}: the login has expired; a guest recorded the rooms")
            advice = Outcome.COOKIE_EXPIRED.advice
            logger.warning("%s: going on as a guest. %s (%s)", platform, advice, login.detail)
        elif login.state is LoginState.UNCHECKED:
            logger.warning("%s: the login could not be checked: %s", platform, login.detail)
        end = session.identity.login_end
        if session.identity.is_logged_in and end and ends_soon(end, datetime.now(UTC)):
            self.remarks.append(f"{platform}: {describe_end(end)}")
            self._notifier.send("login", platform, describe_end(end))

    async def _follow_room(self, client: RoomClient, target: Target) -> None:
        """Check a room once; with `wait`, again and again."""
        idle: RoomResult | None = RoomResult(
            target, Outcome.INTERRUPTED, "stopped before it was fetched"
        )
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

    def _report_idle(self, result: RoomResult, before: RoomResult | None) -> None:
        """Report why a room is not recorded, if the reason has changed."""
        if before and (before.outcome, before.detail) == (result.outcome, result.detail):
            return
        prefix = "waiting for " if self.wait and result.outcome not in _FINAL else ""
        if result.outcome is not Outcome.OK:
            logger.warning("%s%s: %s", prefix, result.name, result.detail)
            facts = {"room": result.target.link.id, **_describe_ending(result.outcome)}
            self._notifier.send("failure", result.name, result.detail, **facts)
        elif prefix:
            logger.info("%s%s: %s", prefix, result.name, result.detail)

    async def _check_room(self, client: RoomClient, target: Target) -> RoomResult:
        """Fetch a room; if it is on air, record it until it is over."""
        try:
            room = await self._run_unless_stopped(client.find(target))
        except InputError as error:
            return RoomResult(target, Outcome.BAD_INPUT, str(error))
        except Refused as refused:
            return RoomResult(target, refused.outcome, refused.detail)
        if room is None:
            return RoomResult(target, Outcome.INTERRUPTED, "stopped")
        if not room.on_air:
            return RoomResult(target, Outcome.OK, "not on air", room)
        if room.key in self._recording_keys:
            return RoomResult(target, Outcome.OK, "named twice", room)
        return await self._record_once(client, target, room)

    async def _record_once(self, client: RoomClient, target: Target, room: Any) -> RoomResult:
        self._recording_keys.add(room.key)
        try:
            if shortage := await asyncio.to_thread(
                self._rules.check_free_space, self._archive.root
            ):
                return RoomResult(target, Outcome.DISK, shortage, room)
            recorder = await self._build_recorder(client, room)
            recording = await self._record_room(target, recorder)
        except FileBusy:
            return RoomResult(target, Outcome.OK, RECORDED_ELSEWHERE, room)
        except (DiskError, OSError) as error:  # of its folder, or of the archive
            return RoomResult(target, Outcome.DISK, str(error), room)
        finally:
            self._recording_keys.discard(room.key)
        return RoomResult(target, recording.outcome, recording.detail, room, recording)

    async def _build_recorder(self, client: RoomClient, room: Any) -> Recorder:
        """Return the recorder of a broadcast, holding the lock of its folder.

        Raises:
            FileBusy: another process records it.
        """
        args = (self._archive, self._options.naming, room)
        base = await self._archive.run(
            lambda: reserve_room_path(*args, folderize=self._options.folderize)
        )

        async def fetch_room() -> RoomItem:
            fresh: RoomItem = await client.refresh(recorder.room)
            recorder.record.server_ahead = client.server_ahead
            return fresh

        recorder = Recorder(room, base, client.source, fetch_room, self._rules)
        try:
            await run_in_thread(recorder.writer.resume)
        except BaseException:
            recorder.writer.release()
            raise
        return recorder

    async def _record_room(self, target: Target, recorder: Recorder) -> Recording:
        room: Any = recorder.room
        self._announce("start", room, f"on air: {room.title}")
        with self.view.show(recorder) if self.view else nullcontext():
            recording = await record_with(self.companion, target, recorder, self.stop)
        await self._archive.run(lambda: archive_recording(self._archive, room, recording))
        ending = _describe_ending(recording.overall_outcome)
        event = "end" if ending["exit_code"] == EXIT_OK else "failure"
        self._announce(event, room, recording.summary, **ending)
        return recording

    def _announce(self, event: str, room: Any, text: str, **facts: Any) -> None:
        logger.info("%s: %s: %s", room.nickname or room.key, event, text)
        self._notifier.send(event, room.nickname or room.key, text, room=room.key, **facts)

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
        """Wait until rooms should be fetched again; return whether `stop` was set."""
        poll = self._options.live_poll * random.uniform(0.5, 1.5)
        try:
            await asyncio.wait_for(self.stop.wait(), poll)
        except TimeoutError:
            return False
        return True


def _describe_ending(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome and exit code of a room, as in the report of a crawl."""
    return {"outcome": outcome, "exit_code": get_exit_code(outcome)}


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
