"""Mend: what killed runs left of broadcasts is finished by the next run, of whatever room."""

from __future__ import annotations

import json
import logging
from functools import partial
from pathlib import Path

from f2scrapy import rooms
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import distinct
from f2scrapy.download.part_file import Busy, DiskError
from f2scrapy.errors import Outcome
from f2scrapy.live.archived import files_of
from f2scrapy.live.record import Record
from f2scrapy.live.recorder import Recording
from f2scrapy.live.recording_options import Rules
from f2scrapy.live.segment import in_thread
from f2scrapy.live.writer import Writer

logger = logging.getLogger(__name__)

_STATE = "killed"


async def mend(archive: Archive, rules: Rules) -> None:
    """Give unfinished segments their final names, and tell the archive of them.

    What another process is recording is left alone, and so is what cannot be read or written.
    """
    for base in await in_thread(lambda: sorted(_unfinished(archive.root))):
        try:
            if recording := await _mended(base, rules):
                _remember(archive, recording)
                await in_thread(partial(_tell_clock, recording))
                logger.info("%s: what a killed run left is finished: %s", base, recording.summary)
        except Busy:
            continue  # somebody is recording it
        except (DiskError, OSError) as error:
            logger.info("%s: what a killed run left stays as it is: %s", base, error)


def _unfinished(root: Path) -> set[Path]:
    """The broadcasts of which there is a segment without its final name."""
    parts = root.glob(f"*/{rooms.MODE}/**/*_live_*.part")
    return {part.with_name(part.name.rpartition("_live_")[0]) for part in parts}


async def _mended(base: Path, rules: Rules) -> Recording | None:
    record = await in_thread(lambda: _record(base))
    if record is None:
        return None
    writer = Writer(_key(record), record, rules)
    try:
        await in_thread(writer.take_up)
        if rules.remux:
            await writer.remux()
        record.state = _STATE
        await in_thread(record.write)
    finally:
        writer.release()
    return Recording(Outcome.OK, "", tuple(writer.segments), record)


def _record(base: Path) -> Record | None:
    """What is known of the broadcast, before its segments are looked at; None = nothing."""
    try:
        told = json.loads(Record(base, {}).path.read_text("utf-8"))
        room = {name: str(told[name]) for name in ("platform", "room_id", "nickname", "title")}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Record(base, room, server_ahead=told.get("server_ahead"))


def _remember(archive: Archive, recording: Recording) -> None:
    """Where the archive, another one than that time's, has the broadcast elsewhere, it stays so."""
    base, key = recording.record.base, _key(recording.record)
    place = base.relative_to(archive.root).as_posix()
    if archive.claim(key, distinct(place, recording.record.room["room_id"])) == place:
        for file in files_of(archive, recording):
            archive.remember(key, file)


def _tell_clock(recording: Recording) -> None:
    """Messages beside the video fit what the killed run did not finish, too."""
    from f2scrapy.live.danmaku import clock, tell  # noqa: PLC0415 - crawls do without messages

    tell(recording.record.base, clock(recording.record, recording.segments), late=True)


def _key(record: Record) -> str:
    return rooms.key(record.room["platform"], record.room["room_id"])
