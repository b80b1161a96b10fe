"""Write FLV tags to a recording without any connection, and read what players find in it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import av

from f2scrapy.errors import Outcome
from f2scrapy.live.arrival import Arrival
from f2scrapy.live.flv import Tag
from f2scrapy.live.record import SessionRecord
from f2scrapy.live.recording import Recording
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.writer import Writer
from f2scrapy.model.stream import StreamAddress, StreamPreference

WALL = 1_795_300_000.0
ADDRESS = StreamAddress("https://pull.example/live/x.flv", "flv", "origin", "main", "h264", 0)


async def write_tags(
    folder: Path, *connections: Iterable[tuple[Tag, float]], **rules: Any
) -> Recording:
    """Write tags that arrive at these seconds, over one connection after the other."""
    record = SessionRecord(folder / "room", {"platform": "douyin", "room_id": "1"}, began=WALL)
    options = RecordingOptions(StreamPreference(), free_bytes=1, durable=False, **rules)
    writer = Writer("douyin:live:1", record, options)
    writer.resume()
    for tags in connections:
        writer.begin_connection(ADDRESS)
        for tag, seconds in tags:
            await writer.write_arrival(Arrival([tag], WALL + seconds))
        await writer.close()
    writer.release()
    return Recording(Outcome.OK, "", tuple(writer.segments), record)


def read_times(path: Path, kind: str) -> list[float]:
    """Return the times of all packets of a track, in seconds."""
    with av.open(str(path)) as file:
        [stream] = [one for one in file.streams if one.type == kind]
        return [float(one.pts * one.time_base) for one in file.demux(stream) if one.pts is not None]
