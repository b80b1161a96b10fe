"""Reserve the paths of works that begin together, such as those of a page, by one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.database import is_busy
from f2scrapy.archive.works import NewWork


class Reservations:
    """Gathers the works of one turn of the event loop."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._waiting: list[tuple[NewWork, asyncio.Future[str]]] = []
        self._writing: set[asyncio.Task[None]] = set()  # the loop itself keeps no task alive

    async def reserve(self, work: NewWork) -> str:
        """Return the path of a work once it is reserved.

        Raises:
            FolderRenamed: the folder of its list has another name now.
            OSError: the archive refuses, or is busy for too long.
        """
        path: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, path))
        if len(self._waiting) == 1:
            task = asyncio.create_task(self._write())
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
        return await path

    async def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        results = await self._try([work for work, _ in waiting])
        for (_, path), result in zip(waiting, results, strict=True):
            if path.done():  # cancelled
                continue
            if isinstance(result, Exception):
                path.set_exception(result)
            else:
                path.set_result(result)

    async def _try(self, works: Sequence[NewWork]) -> list[str | Exception]:
        """Return the path of each work, or its error: one work's fault costs no other its path."""
        try:
            return [*await self._archive.run(partial(self._archive.reserve_paths, works))]
        except Exception as error:  # noqa: BLE001 - each work raises it
            if len(works) == 1 or is_busy(error):
                return [error] * len(works)
        return [result for work in works for result in await self._try([work])]
