"""Finish the segments that killed runs have left, of all rooms."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from f2scrapy import rooms
from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import iter_candidates
from f2scrapy.download.part_file import DiskError, FileBusy
from f2scrapy.errors import Outcome
from f2scrapy.live.archived import build_files
from f2scrapy.live.record import SessionRecord
from f2scrapy.live.recording import Recording
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.segment import run_in_thread
from f2scrapy.live.writer import Writer

logger = logging.getLogger(__name__)

_STATE = "killed"


async def recover_broadcasts(
    archive: Archive,
    rules: RecordingOptions,
    finish: Callable[[Recording], None] | None = None,
) -> None:
    """Give unfinished segments their final names, and store them in the archive.

    `finish` is called with each recording in a thread, once its journal has the clock.
    Broadcasts that another process is recording, and unreadable ones, are left as they are.
    """
    for base in await run_in_thread(lambda: sorted(_find_unfinished(archive.root))):
        try:
            if recording := await _recover_broadcast(base, rules):
                await archive.run(partial(_archive_segments, archive, recording))
                await run_in_thread(partial(_append_clock, recording))
                if finish:
                    await run_in_thread(partial(finish, recording))
                logger.info(
                    "%s: finished the segments of a killed run: %s", base, recording.summary
                )
        except FileBusy:
            continue  # another process is recording it
        except (DiskError, OSError) as error:
            logger.info("%s: cannot finish the segments of a killed run: %s", base, error)


def _find_unfinished(root: Path) -> set[Path]:
    """Return the base paths of broadcasts with a segment that has no final name."""
    parts = root.glob(f"*/{rooms.MODE}/**/*_live_*.part")
    return {part.with_name(part.name.rpartition("_live_")[0]) for part in parts}


async def _recover_broadcast(base: Path, rules: RecordingOptions) -> Recording | None:
    record = await run_in_thread(lambda: _read_record(base))
    if record is None:
        return None
    writer = Writer(_build_key(record), record, rules)
    try:
        await run_in_thread(writer.resume)
        if rules.remux:
            await writer.remux()
        record.state = _STATE
        await run_in_thread(record.write)
    finally:
        writer.release()
    return Recording(Outcome.OK, "", tuple(writer.segments), record)


def _read_record(base: Path) -> SessionRecord | None:
    """Return the record of the broadcast, without its segments; None if it cannot be read."""
    try:
        session = json.loads(SessionRecord(base, {}).path.read_text("utf-8"))
        room = {name: str(session[name]) for name in ("platform", "room_id", "nickname", "title")}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return SessionRecord(base, room, server_ahead=session.get("server_ahead"))


def _archive_segments(archive: Archive, recording: Recording) -> None:
    """Store the segments in the archive.

    If this archive has another path for the broadcast, that path stays, and nothing is stored.
    """
    base, key = recording.record.base, _build_key(recording.record)
    place = base.relative_to(archive.root).as_posix()
    if archive.reserve_path(key, iter_candidates(place, recording.record.room["room_id"])) == place:
        for file in build_files(archive, recording):
            archive.add_file(key, file)


def _append_clock(recording: Recording) -> None:
    """Append the clock of the recovered segments to the danmaku journal beside them."""
    from f2scrapy.live.danmaku import append_clock_lines, list_clock_lines  # noqa: PLC0415 - crawls do not load danmaku

    append_clock_lines(
        recording.record.base,
        list_clock_lines(recording.record, recording.segments),
        keep_time=True,
    )


def _build_key(record: SessionRecord) -> str:
    return rooms.build_room_key(record.room["platform"], record.room["room_id"])
