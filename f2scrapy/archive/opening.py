"""Open the archive within an event loop."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.database import PATIENCE_S, is_busy
from f2scrapy.archive.naming import SYSTEM_LIMITS, NameLimits
from f2scrapy.archive.server import Server
from f2scrapy.errors import InputError


async def open_archive(
    place: Path | Server,
    root: Path,
    is_stopping: Callable[[], bool],
    limits: NameLimits = SYSTEM_LIMITS,
) -> Archive:
    """Open the archive for calls by `Archive.run`; other tasks go on while it is locked.

    `is_stopping` ends this waiting, and that of later calls.

    Raises:
        InputError: the file is not usable, or is locked for longer than PATIENCE_S.
    """
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            archive = Archive(place, root, blocking=False, patience_s=0, limits=limits)
        except InputError as error:
            can_wait = error.__cause__ is not None and is_busy(error.__cause__)
            if not can_wait or time.monotonic() > end or is_stopping():
                raise
        else:
            archive.is_stopping = is_stopping
            return archive
        await asyncio.sleep(random.uniform(0.1, 0.3))
