"""The lease of an identity, while its server is away and the clock of this machine is set."""

import asyncio
import errno
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.works import make_crawler

from f2scrapy.crawl.extensions import lease as lease_module
from f2scrapy.crawl.extensions.lease import LeaseKeeper
from f2scrapy.crawl.shared import get_gate


async def test_lease_outlives_a_clock_that_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause, hours = asyncio.sleep, count()
    monkeypatch.setattr(asyncio, "sleep", lambda _seconds: pause(0))
    begin = datetime(2026, 12, 1, tzinfo=UTC)
    clock = SimpleNamespace(now=lambda _zone: begin + timedelta(hours=next(hours)))
    monkeypatch.setattr(lease_module, "datetime", clock)
    answers = iter([OSError(errno.EIO, "the server is away"), True, asyncio.CancelledError()])

    def renew(_now: datetime) -> Any:
        answer = next(answers)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    lease: Any = SimpleNamespace(renew=renew, length=timedelta(minutes=2))
    crawler = make_crawler(tmp_path)
    with pytest.raises(asyncio.CancelledError):
        await LeaseKeeper(crawler, lease)._renew()
    assert get_gate(crawler).refused is None
