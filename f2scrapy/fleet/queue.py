"""The queue of the fleet's lists: procrastinate's tables on the archive's server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from f2scrapy.archive.server import Server
from f2scrapy.errors import InputError
from f2scrapy.fleet.lists import FleetList

TASK = "run_list"


@asynccontextmanager
async def open_queue(server: Server, *, is_new: bool = False) -> AsyncIterator[App]:
    """Open the queue on a server; with `is_new`, create its tables unless they are there.

    Raises:
        InputError: there are no tables.
    """
    connector = PsycopgConnector(conninfo=server.url, min_size=1, max_size=4, timeout=10)
    async with App(connector=connector).open_async() as app:
        if not await app.check_connection_async():
            if not is_new:
                raise InputError("there is no queue on this server: run `f2scrapy fleet init`")
            await app.schema_manager.apply_schema_async()
        yield app


async def put(app: App, one: FleetList, due_at: datetime) -> None:
    """Put a list into the queue, to be run when it is due; a list is in it once."""
    task = app.configure_task(
        TASK,
        queue=one.platform,
        lock=one.id,  # one machine at a time runs it
        queueing_lock=one.id,
        priority=one.priority,
        schedule_at=due_at.astimezone(UTC),
    )
    try:
        await task.defer_async(list_id=one.id)
    except AlreadyEnqueued:
        return


async def put_now(app: App, one: FleetList, now: datetime) -> None:
    """Put a list into the queue in place of a later turn of it."""
    for job in await app.job_manager.list_jobs_async(queueing_lock=one.id, status="todo"):
        assert job.id is not None
        await app.job_manager.cancel_job_by_id_async(job.id, delete_job=True)
    await put(app, one, now)


async def take_over_stalled(app: App, seconds: float, now: datetime) -> list[str]:
    """Put the lists of workers without a sign of life into the queue again; return their ids."""
    manager, taken = app.job_manager, []
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
        assert job.id is not None
        try:
            await manager.retry_job_by_id_async(job.id, now - timedelta(seconds=1))
        except (AlreadyEnqueued, ConnectorException):  # its next turn is in the queue
            await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
        taken.append(str(job.task_kwargs.get("list_id", "")))
    return taken
