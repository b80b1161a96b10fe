"""Make small works, and crawlers with our settings, for the tests of pipelines."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler

from f2scrapy.archive.archive import Archive
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.model.media import File, Media, MediaKind, Rendition

RENDITION = Rendition(
    urls=("https://cdn/v",), width=720, height=1280, codec="h264", bit_rate=9, size=4
)


class Work(Item):
    """A post with a video and a cover."""

    platform: ClassVar[str] = "douyin"
    kind: ClassVar[str] = "post"

    aweme_id: str = "7298145681699622182"
    desc: str = "日落"
    create_time: datetime | None = datetime(2023, 10, 29, 20, 11, 33, tzinfo=UTC)
    sec_user_id: str = "MS4author"
    nickname: str = "Author"
    mode: str = "post"
    renditions: tuple[Rendition, ...] = (RENDITION,)

    @property
    def id(self) -> str:
        return self.aweme_id

    def list_media(self) -> list[Media]:
        if self.state is not Outcome.OK:
            return []
        return [
            Media(kind=MediaKind.VIDEO, suffix="_video.mp4", renditions=self.renditions),
            Media(kind=MediaKind.COVER, suffix="_cover.jpeg", renditions=self.renditions),
        ]


class User(Item):
    """A user without files."""

    platform: ClassVar[str] = "douyin"
    kind: ClassVar[str] = "user"

    sec_user_id: str = "MS4author"
    nickname: str = "Author"

    @property
    def id(self) -> str:
        return self.sec_user_id


class WorksSpider(Spider):
    name = "works"
    args = SimpleNamespace(interval=None)


def make_crawler(root: Path, **settings: Any) -> Crawler:
    """Make a crawler that stores its files below `root`."""
    values = {"F2_PATH": str(root), "TWISTED_REACTOR_ENABLED": False} | settings
    made = get_crawler(WorksSpider, values)
    made.spider = WorksSpider.from_crawler(made)
    return made


def write_files(archive: Archive, item: Item, data: bytes = b"film") -> Item:
    """Write all files of the item to disk, as pipelines/media.py does."""
    for medium in item.list_media():
        path = item.path + medium.suffix
        place = archive.locate(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        key = medium.renditions[0].key
        item.files.append(File(asset=medium.asset, path=path, size=len(data), rendition=key))
    return item


def process(pipeline: Any, item: Item) -> Any:
    """Return the result of a pipeline, in a loop of its own if it waits for others."""

    async def wait() -> Any:
        result = pipeline.process_item(item)
        return await result if asyncio.iscoroutine(result) else result

    return asyncio.run(wait())
