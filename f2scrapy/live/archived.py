"""Store the files of a broadcast in the archive."""

from __future__ import annotations

from typing import Any

from f2scrapy.archive.archive import Archive
from f2scrapy.live.recording import Recording
from f2scrapy.model.media import File


def archive_recording(archive: Archive, room: Any, recording: Recording) -> None:
    """Store the segments in the archive, and the user they belong to."""
    if recording.segments and room.sec_user_id and room.nickname:
        archive.update_user(room.platform, room.sec_user_id, room.nickname)
    for file in build_files(archive, recording):
        archive.add_file(room.key, file)


def build_files(archive: Archive, recording: Recording) -> list[File]:
    """Return the segments of this run as files of the archive."""
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
