"""Run the lists that are due, several at once, each as a crawl in a process of its own."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from procrastinate import App
from procrastinate.exceptions import ConnectorException

from f2scrapy.archive.database import PATIENCE_S, Database, open_database
from f2scrapy.archive.server import Server
from f2scrapy.errors import InputError, Outcome
from f2scrapy.fleet.job import GRACE_S
from f2scrapy.fleet.lists import FleetList, FleetLists
from f2scrapy.fleet.next_run import NextRun, plan_next
from f2scrapy.fleet.queue import TASK, put, take_over_stalled
from f2scrapy.identities.pool import HOLDER, IdentityPool, Member, NoneFree
from f2scrapy.notify import Notifier
from f2scrapy.platforms import list_platforms

logger = logging.getLogger(__name__)

_RESULT = TypeVar("_RESULT")
_WAIT = timedelta(seconds=60)  # for an identity, within a turn of a list
_PAUSE_S = 2.0  # after a break of the connection
_NO_IDENTITY = timedelta(minutes=5)


class Settings(NamedTuple):
    """What a worker is to do."""

    jobs: int = 2  # lists at once
    name: str = "worker"
    is_once: bool = False  # end when nothing is due
    drain_s: float = 600.0  # for the present lists, when it is to stop
    dead_after_s: float = 30.0  # without a sign of life, until another worker counts as dead
    logs: Path | None = None  # folder of the logs of crawls; None = they are not kept


class Worker:
    """Takes lists from the queue. The archive, the pool and the queue are on one server."""

    def __init__(self, server: Server, app: App, notifier: Notifier, settings: Settings) -> None:
        self._server = server
        self._app = app
        self._notifier = notifier
        self._settings = settings
        app.task(name=TASK)(self.run_list)

    async def work(self) -> None:
        """Run lists until a signal ends it; then begin none, and finish those that run.

        A server that is away is waited for: the lists that run go on.
        """
        sweeper = asyncio.create_task(self._sweep())
        try:
            while await self._work_until_break():
                logger.warning("The server is away; trying again")
                await asyncio.sleep(_PAUSE_S)
        finally:
            sweeper.cancel()

    async def _work_until_break(self) -> bool:
        """Run lists; return False at the end, True if the connection to the server broke."""
        try:
            await self._app.run_worker_async(
                queues=list_platforms(),
                name=self._settings.name,
                concurrency=self._settings.jobs,
                wait=not self._settings.is_once,
                shutdown_graceful_timeout=self._settings.drain_s,
                delete_jobs="always",
                update_heartbeat_interval=self._settings.dead_after_s / 3,
                stalled_worker_timeout=self._settings.dead_after_s,
            )
        except ConnectorException:
            return True
        return False

    async def run_list(self, list_id: str) -> None:
        """Run a list, if it is active and an identity is free, and plan its next run."""
        one = await self._on_lists(FleetLists.get, list_id)
        if one is None or one.state in ("paused", "ended"):
            return
        lease, free_at = await self._lease(one)
        if lease is None:
            await self._on_lists(FleetLists.postpone, list_id, free_at)
            await self._put(one, free_at)
            return
        now, name = datetime.now(UTC), self._settings.name
        await self._on_lists(FleetLists.start, list_id, name, now)
        try:
            report = await self._crawl(one, lease)
        except asyncio.CancelledError:  # the time to drain is over
            await self._finish(one, _describe_failure(Outcome.INTERRUPTED, "the worker ended"))
            raise
        finally:
            await self._on_pool(IdentityPool.cancel, lease.name, lease.holder)
        await self._finish(one, report)

    async def _finish(self, one: FleetList, report: dict[str, Any]) -> None:
        """Record a run, and put the list into the queue for the next one."""
        follow = _plan(one, report, datetime.now(UTC))
        await self._on_lists(FleetLists.finish, one.id, report, follow.failures, follow.due_at)
        logger.info("%s %s: %s", one.spider, one.target, report["summary"])
        if follow.is_news:
            self._notifier.send("failure", one.spider, f"{one.target}: {report['summary']}")
        if follow.due_at:
            await self._put(one, follow.due_at)

    # The identity

    async def _lease(self, one: FleetList) -> tuple[Member | None, datetime]:
        """Return an identity for a list; None and the next time to try = none is free soon."""
        end = time.monotonic() + _WAIT.total_seconds()  # the machine's clock may be set meanwhile
        while time.monotonic() < end:
            now = datetime.now(UTC)
            holder = f"{self._settings.name}:{uuid.uuid4().hex}"
            try:
                take = self._on_pool(IdentityPool.lease, one.platform, "", holder, now)
                return await take, now
            except NoneFree as busy:
                free_at = busy.until or now + _NO_IDENTITY
                if not busy.is_used and free_at - now > _WAIT:
                    return None, free_at
            except InputError as error:
                logger.error("%s", error)
                return None, now + _NO_IDENTITY
            await asyncio.sleep(1)
        return None, datetime.now(UTC) + timedelta(seconds=1)

    # The crawl

    async def _crawl(self, one: FleetList, lease: Member) -> dict[str, Any]:
        """Run `scrapy crawl` for a list; return its report.

        Cancelled, it ends the crawl in good order first.
        """
        with tempfile.TemporaryDirectory(prefix="f2scrapy.") as folder:
            report = Path(folder, "report.json")
            environment = _build_environment(os.environ, lease, report)
            process = await asyncio.create_subprocess_exec(
                *_build_command(one),
                stdin=asyncio.subprocess.PIPE,  # see job.py
                stdout=asyncio.subprocess.DEVNULL,
                stderr=self._open_log(one),
                env=environment,
                start_new_session=True,  # Ctrl-C in a terminal is for the worker
            )
            try:
                code = await process.wait()
            finally:
                await _end(process)
            return _read_report(report, code)

    def _open_log(self, one: FleetList) -> Any:
        if self._settings.logs is None:
            return asyncio.subprocess.DEVNULL
        self._settings.logs.mkdir(parents=True, exist_ok=True)
        return (self._settings.logs / f"{one.id}.log").open("ab")

    # The server

    async def _on_lists(self, call: Callable[..., _RESULT], *given: Any) -> _RESULT:
        return await self._ask(lambda db: call(FleetLists(db), *given))

    async def _on_pool(self, call: Callable[..., _RESULT], *given: Any) -> _RESULT:
        return await self._ask(lambda db: call(IdentityPool(db), *given))

    async def _ask(self, call: Callable[[Database], _RESULT]) -> _RESULT:
        """Return the result of a call of the database; while the server is away, wait for it.

        Raises:
            OSError: it is away for longer than PATIENCE_S, or refuses.
        """

        def connect() -> _RESULT:
            with closing(self._open()) as db:
                return call(db)

        return await asyncio.to_thread(connect)

    def _open(self) -> Database:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                return open_database(self._server, blocking=True)
            except InputError as error:
                if time.monotonic() > end:
                    raise OSError(errno.EIO, str(error)) from None
            time.sleep(0.5)

    async def _put(self, one: FleetList, due_at: datetime) -> None:
        with suppress(ConnectorException):  # else the sweep finds it
            await put(self._app, one, due_at)

    async def _sweep(self) -> None:
        """Take over the lists of dead workers, and those that a break has left out of the queue."""
        dead_after_s = self._settings.dead_after_s
        while True:
            now = datetime.now(UTC)
            try:
                for list_id in await take_over_stalled(self._app, dead_after_s, now):
                    logger.warning("The list %s is taken over from a worker that died", list_id)
                for one in await self._on_lists(FleetLists.find_lost, now):
                    await put(self._app, one, now)
            except (ConnectorException, InputError, OSError) as error:
                logger.warning("The server is away: %s", type(error).__name__)
            await asyncio.sleep(dead_after_s / 2)


def _plan(one: FleetList, report: dict[str, Any], now: datetime) -> NextRun:
    skipped = report.get("skipped", {})
    kept = report.get("kept", 0) + skipped.get("known", 0) + skipped.get("given", 0)
    outcome = Outcome(report["outcome"])
    return plan_next(outcome, kept=kept, every=one.every, failures=one.failures, now=now)


def _build_command(one: FleetList) -> list[str]:
    target = ["-a", f"url={one.target}"] if one.target else []
    words = ["crawl", one.spider, *target, *one.words]
    return [sys.executable, "-m", "f2scrapy.fleet.job", *words]


def _build_environment(
    environment: Mapping[str, str], lease: Member, report: Path
) -> dict[str, str]:
    ours = {"F2_IDENTITY": lease.name, HOLDER: lease.holder, "F2_REPORT": str(report)}
    return {**environment, "F2_PROGRESS": "none", **ours}


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a crawl that runs still, in good order if it can."""
    if process.returncode is not None:
        return
    assert process.stdin is not None
    process.stdin.close()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), GRACE_S + 5)
    if process.returncode is None:
        process.kill()
        await process.wait()


def _read_report(path: Path, code: int) -> dict[str, Any]:
    try:
        report: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return _describe_failure(Outcome.INTERNAL, f"no report; the exit code was {code}")
    return report  # of a killed crawl it says INTERRUPTED


def _describe_failure(outcome: Outcome, why: str) -> dict[str, Any]:
    return {"outcome": outcome, "summary": f"{outcome}: {why}."}
