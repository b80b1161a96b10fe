"""Files: which files of a room there can be, and where they lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from f2scrapy.archive import Archive
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import Sink
from f2scrapy.danmaku.sinks.ass import Ass
from f2scrapy.danmaku.sinks.bilibili import Bilibili
from f2scrapy.danmaku.sinks.database import Database
from f2scrapy.danmaku.sinks.journal import Journal
from f2scrapy.danmaku.sinks.spreadsheet import Spreadsheet
from f2scrapy.naming import Template, distinct

MODE = "live"  # folder below F2_PATH/<platform>: that of recordings

# What people call them, and what makes one of a path without suffix.
FILES: Mapping[str, Callable[[Path], Sink]] = {
    "journal": Journal,
    "sqlite": Database,
    "csv": Spreadsheet,
    "ass": Ass,
    "xml": Bilibili,
}


def place(archive: Archive, template: Template, room: Room, *, folderize: bool) -> Path:
    """Where the files of this broadcast lie, without suffix: the same on each run.

    Raises:
        PermissionError: it is not below F2_PATH.
    """
    owner = room.sec_user_id or room.uid or room.web_rid or room.room_id
    folder = archive.folder(room.platform, MODE, owner, room.nickname).path
    names = distinct(template.name(room), room.room_id)
    paths = (f"{folder}/{name}/{name}" if folderize else f"{folder}/{name}" for name in names)
    return archive.locate(archive.claim(f"{room.platform}:live:{room.room_id}", paths))
