"""Run something along with a recording, such as the recorder of its messages."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Protocol

from f2scrapy.live.recorder import Recorder
from f2scrapy.live.recording import Recording
from f2scrapy.model.link import Link
from f2scrapy.platforms import get_platform
from f2scrapy.rooms import Target

logger = logging.getLogger(__name__)


class Companion(Protocol):
    """Runs along with a recording until `over` is set, e.g. to record danmaku."""

    async def __call__(self, target: Target, recorder: Recorder, over: asyncio.Event) -> None: ...

    def finish(self, recording: Recording) -> None:
        """Finish what a killed run has left beside its segments; blocks."""


def build_target(room: Any) -> Target:
    """Return the target that leads to the room of an item."""
    kind = get_platform(room.platform).webcast.KINDS[0]
    name = getattr(room, kind, "")
    return Target(room.platform, Link(kind, name) if name else Link("room_id", room.room_id))


async def record_with(
    companion: Companion | None, target: Target, recorder: Recorder, stop: asyncio.Event
) -> Recording:
    """Record until the room is over or `stop` is set; errors of the companion do not end that."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        if companion:
            group.create_task(_run_companion(companion, target, recorder, over))
        recording = await recorder.run(stop)
        over.set()
    return recording


async def _run_companion(
    companion: Companion, target: Target, recorder: Recorder, over: asyncio.Event
) -> None:
    try:
        await companion(target, recorder, over)
    except Exception:
        logger.exception("%s: recorded without its danmaku", recorder.record.name)
