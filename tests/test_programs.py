"""Programs beside Scrapy end cleanly at a signal, on each system."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from f2scrapy.programs import call_at_signal


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Restore the signal handlers after the test."""
    saved = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in saved.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_a_loop_without_handlers_of_its_own(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def refuse(*_: object) -> None:  # as event loops of Windows do
        raise NotImplementedError

    monkeypatch.setattr(loop, "add_signal_handler", refuse)
    call_at_signal(stop.set)
    os.kill(os.getpid(), number)
    async with asyncio.timeout(5):
        await stop.wait()


def test_a_signal_after_the_end_of_the_loop_is_no_error() -> None:
    async def install() -> None:
        call_at_signal(lambda: None)

    asyncio.run(install())
    signal.raise_signal(signal.SIGINT)
