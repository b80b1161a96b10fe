"""What a worker of a fleet does without a server."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from f2scrapy.fleet import worker as worker_module
from f2scrapy.fleet.worker import Settings, Worker
from f2scrapy.identities.pool import NoneFree


async def test_clock_that_is_set_back_prolongs_no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    pause, looks, tries = asyncio.sleep, count(), count()
    begin = datetime(2026, 12, 1, tzinfo=UTC)
    clock = SimpleNamespace(now=lambda _zone: begin - timedelta(hours=next(looks)))
    monkeypatch.setattr(worker_module, "datetime", clock)
    monkeypatch.setattr(worker_module, "time", SimpleNamespace(monotonic=count(step=20).__next__))
    monkeypatch.setattr(asyncio, "sleep", lambda _seconds: pause(0))

    async def lease(*_given: Any) -> Any:
        assert next(tries) < 10, "it waits for a minute, and each try takes 20 s"
        raise NoneFree("in use", None, is_used=True)

    app: Any = SimpleNamespace(task=lambda **_: lambda call: call)
    none: Any = None
    worker = Worker(none, app, none, Settings())
    monkeypatch.setattr(worker, "_on_pool", lease)
    one: Any = SimpleNamespace(platform="douyin")
    member, _next_time = await worker._lease(one)
    assert member is None
