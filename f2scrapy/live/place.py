"""Place: where the files of a broadcast lie, and that the archive knows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from f2scrapy.archive import Archive
from f2scrapy.item import File
from f2scrapy.live.recorder import Recording
from f2scrapy.naming import Template, distinct

MODE = "live"  # folder below F2_PATH/<platform>


def base_of(archive: Archive, room: Any, settings: BaseSettings) -> Path:
    """The path of a broadcast's files, without suffix: the same on each run.

    Raises:
        PermissionError: it is not below F2_PATH.
    """
    owner = room.sec_user_id or room.uid or room.id
    folder = archive.folder(room.platform, MODE, owner, room.nickname).path
    names = distinct(Template(settings["F2_NAMING"]).name(room), room.id)
    deep = settings.getbool("F2_FOLDERIZE")
    paths = (f"{folder}/{name}/{name}" if deep else f"{folder}/{name}" for name in names)
    return archive.locate(archive.claim(room.key, paths))


def remember(archive: Archive, room: Any, recording: Recording) -> None:
    """Put the segments into the archive, and whose they are."""
    if recording.segments and room.sec_user_id and room.nickname:
        archive.saw_user(room.platform, room.sec_user_id, room.nickname)
    for file in files_of(archive, recording):
        archive.remember(room.key, file)


def files_of(archive: Archive, recording: Recording) -> list[File]:
    """The segments of this run as files of the archive."""
    qualities = {row.file: row.quality for row in recording.record.rows}
    base = recording.record.base.name
    return [
        File(
            asset=path.name.removeprefix(f"{base}_").partition(".")[0],
            path=path.relative_to(archive.root).as_posix(),
            size=path.stat().st_size,
            rendition=qualities.get(path.name, ""),
        )
        for path in recording.segments
    ]
