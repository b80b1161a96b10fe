"""Fetch the files of works and broadcasts that a program holds: the base of F2's downloaders."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from f2scrapy.api.retry import call_with_retries
from f2scrapy.api.session import Session
from f2scrapy.crawl.item_filter import Interval
from f2scrapy.errors import InputError
from f2scrapy.f2.arguments import choose_media, open_session, read_connection, read_options
from f2scrapy.f2.database import UserDatabase
from f2scrapy.f2.filters import Row
from f2scrapy.f2.log.logger import logger
from f2scrapy.model.item import Item
from f2scrapy.model.link import Link
from f2scrapy.rooms import Target, find_room
from f2scrapy.text import format_clock

_DAY = "%Y-%m-%d"
Rows = Sequence[Mapping[str, Any]] | Mapping[str, Any]


class Downloader:
    """Downloads rows of filters into a folder, with the checks, resume and archive of a crawl."""

    platform: ClassVar[str]
    work: ClassVar[type[Item]]
    users: ClassVar[type[UserDatabase]]
    room: ClassVar[tuple[str, str]]  # kind of the link to a room, attribute of it in a live filter

    def __init__(self, kwargs: Mapping[str, Any] | None = None) -> None:
        self.kwargs = dict(kwargs or {})

    # Works

    async def create_download_tasks(
        self, kwargs: Mapping[str, Any], aweme_datas: Rows, user_path: Path | str
    ) -> Any:
        """Download works, and return how it ended (`f2scrapy.crawl.script.Finished`).

        A row of a filter has its files with it; any other dict is fetched again by its aweme_id.
        `kwargs` choose the files: video and pictures, music, cover, desc, and with `interval` the
        works, as in F2. None = no work is of that interval.

        Raises:
            InputError: a dict has no aweme_id, or an option cannot be used.
            Refused: the platform does not show a work.
        """
        rows = await filter_by_date_interval(_as_list(aweme_datas), kwargs.get("interval") or "all")
        return await self._download(kwargs, rows, user_path, choose_media(kwargs))

    create_download_task = create_download_tasks
    handler_download = handle_download = create_download_tasks

    async def create_music_download_tasks(
        self, kwargs: Mapping[str, Any], music_datas: Rows, user_path: Path | str
    ) -> Any:
        """Download collected music, and its lyrics if `kwargs` have `lyric`."""
        media = "music,lyric" if kwargs.get("lyric", True) else "music"
        return await self._download(kwargs, music_datas, user_path, media)

    handler_music_download = create_music_download_tasks

    async def _download(
        self, kwargs: Mapping[str, Any], rows: Rows, folder: Path | str, media: str
    ) -> Any:
        async with open_session(self.platform, kwargs) as session:
            items = [await self._find_item(session, row) for row in _as_list(rows)]
        return await self._save(kwargs, items, folder, media)

    async def _save(
        self, kwargs: Mapping[str, Any], items: list[Item], folder: Path | str, media: str
    ) -> Any:
        from f2scrapy.crawl.script import download  # noqa: PLC0415 - imports Scrapy

        if not items:
            return None
        options: dict[str, Any] = read_options(kwargs) | {"F2_MEDIA": media}
        finished = await download(items, folder, **options | read_connection(kwargs))
        log = logger.info if finished.exit_code == 0 else logger.error
        log("%s", finished.summary)
        return finished

    async def _find_item(self, session: Session, row: Mapping[str, Any]) -> Item:
        item = row.parse_item() if isinstance(row, Row) else None
        if item:
            return item
        aweme_id = row.get("aweme_id")
        if not aweme_id:
            raise InputError("aweme_datas: want rows of a filter, or dicts with an aweme_id")
        detail: Any = self.work.model_construct(aweme_id=str(aweme_id)).detail_endpoint()
        return await call_with_retries(session, partial(session.fetch_item, detail, self.work))

    # Broadcasts

    async def create_stream_tasks(
        self, kwargs: Mapping[str, Any], webcast_datas: Rows, user_path: Path | str
    ) -> Any:
        """Record rooms until their broadcasts end, and return how it ended."""
        kind, attribute = self.room
        links = [Link(kind, str(room[attribute])) for room in _as_list(webcast_datas)]
        async with open_session(self.platform, kwargs) as session:
            rooms = await asyncio.gather(
                *(find_room(session, Target(self.platform, link)) for link in links)
            )
        return await self._save(kwargs, rooms, user_path, "live")

    handler_stream = handle_stream = create_stream_tasks

    # Users and days

    async def save_last_aweme_id(self, sec_user_id: str, aweme_id: str) -> None:
        """Store the last work of a known user. (The next run of a crawl needs no such mark.)"""
        async with self.users(f"{self.platform}_users.db") as users:
            await users.update_user_info(sec_user_id, last_aweme_id=str(aweme_id))

    async def filter_aweme_datas_by_interval(self, aweme_data: Rows, interval: str) -> Any:
        """Return the works published in `interval`; see `filter_by_date_interval`."""
        return await filter_by_date_interval(aweme_data, interval)


async def filter_by_date_interval(data: Rows, interval: str, field: str = "create_time") -> Any:
    """Return the rows with a time in `YYYY-MM-DD|YYYY-MM-DD`, whole days of UTC+8; `all` = all.

    A single dict gives itself, or None if its time is outside. Rows without a time are left out.

    Raises:
        InputError: these are not two days. (F2 logs it, and returns nothing.)
    """
    try:
        days = Interval.parse(interval, datetime.now(UTC))
    except ValueError as error:
        raise InputError(
            f"interval={interval}: want YYYY-MM-DD|YYYY-MM-DD or all ({error})"
        ) from None
    if days is None:
        return data
    first = format_clock(days.start, _DAY) if days.start else "0"
    last = format_clock(days.end, _DAY) if days.end else "9"
    kept = [row for row in _as_list(data) if first <= str(row.get(field) or "")[:10] <= last]
    return kept if isinstance(data, list) else next(iter(kept), None)


def _as_list(rows: Rows) -> Sequence[Mapping[str, Any]]:
    return [rows] if isinstance(rows, Mapping) else rows
