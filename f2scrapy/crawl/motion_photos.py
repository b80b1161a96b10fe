"""Make the Motion Photos of a work from the pictures and clips that are on disk."""

from __future__ import annotations

import asyncio

from f2scrapy.crawl.media_files import MediaFiles
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.download.motion_photo import NoMotionPhoto, build_motion_photo, read_as_jpeg
from f2scrapy.download.part_file import write_whole
from f2scrapy.model.item import Item
from f2scrapy.model.media import File, Media, Rendition


async def make_motion_photo(
    files: MediaFiles, item: Item, media: Media, run_log: RunLog
) -> File | None:
    """Make one of the item's `files`; None = it cannot be made, and the run log says why.

    If its picture or clip is missing, that file is the gap.

    Raises:
        DiskError: it cannot be written.
    """
    existing = files.find_existing(item, media, Rendition(urls=()))
    fetched = {file.asset: files.archive.locate(file.path) for file in item.files}
    number = media.asset.removeprefix("motion_")
    picture, clip = fetched.get(f"image_{number}"), fetched.get(f"live_{number}")
    if existing or not (picture and clip):
        return existing
    try:
        async with files.making:
            found = await read_as_jpeg(picture, clip)
        whole = build_motion_photo(found, await asyncio.to_thread(clip.read_bytes))
    except NoMotionPhoto as why:
        run_log.add_not_taken(item.key, "a Motion Photo", str(why))
        return None
    path = files.build_path(item, media)
    key, root = f"{item.key}/{media.asset}", files.archive.root
    await asyncio.to_thread(write_whole, path, key, whole, root)
    return files.as_file(item, media, path, len(whole))
