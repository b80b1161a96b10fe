"""Put works with files into an archive."""

from __future__ import annotations

from collections.abc import Callable

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import iter_candidates
from f2scrapy.model.media import File

Reopen = Callable[[], Archive]  # see the fixture `reopen`

WORK = "douyin:post:7298145681699622182"
OTHER = "douyin:post:7300000000000000000"


def write_file(
    archive: Archive, key: str, suffix: str = "_video.mp4", data: bytes = b"film"
) -> File:
    """Write a complete file of this work to disk and add it to the archive."""
    path = f"{archive.get_path(key)}{suffix}"
    place = archive.locate(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    asset = suffix.lstrip("_").partition(".")[0]
    file = File(asset=asset, path=path, size=len(data), rendition="720x1280-h264-9")
    archive.add_file(key, file)
    return file


def add_work(archive: Archive, key: str, path: str) -> File:
    archive.reserve_path(key, iter_candidates(path, key[-4:]))
    return write_file(archive, key)
