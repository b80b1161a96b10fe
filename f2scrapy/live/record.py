"""Write the files beside a recording: its segments with their clock, and the gaps between them.

`<name>_session.json` lists the segments, `<name>_gaps.json` the gaps and overlaps. Both are
complete at any moment, and are continued by the next run on the same broadcast.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from f2scrapy.config.outputs import replace_file
from f2scrapy.model.stream import StreamAddress

PAUSE = "pause"  # why a segment begins that follows a pause by the host
SHORTEST_GAP = 0.25  # seconds: a shorter gap may be noise of the clocks and does not count
_SHORTEST_LISTED = 0.01  # seconds: a shorter gap is not listed; many short ones add up
# Seconds: a stream may begin after its room is on air, and end before its room is over.
EDGE_TOLERANCE = 5.0


@dataclass
class SegmentRow:
    """A segment, as listed in the session file."""

    file: str  # file name, in the record's folder
    # Why it begins: "start", "drop", "stall", "renewed", "codec", "track", "jump", "split" …
    because: str
    quality: str  # `StreamAddress.name`
    seconds: float = 0.0
    bytes: int = 0
    complete: bool = False  # the file has its final name
    header_changes: int = 0  # changes of the decoder's headers within the file
    clock: list[tuple[float, float]] = field(default_factory=list)  # s of media, s since 1970

    @property
    def start(self) -> float:
        return self.clock[0][1]

    @property
    def end(self) -> float:
        media, wall = self.clock[-1]
        return wall + self.seconds - media


@dataclass
class SessionRecord:
    """A recording of one broadcast, over all runs."""

    base: Path  # path of its files, without the suffix after the name
    room: dict[str, Any]  # platform, room_id, nickname, title …
    rows: list[SegmentRow] = field(default_factory=list)
    chosen: list[dict[str, Any]] = field(default_factory=list)
    state: str = "recording"
    began: float | None = None  # when a stream was first requested, in s since 1970
    ended_because: str = "end"  # "pause" if its host had paused it
    ended: float | None = None  # when waiting for more data ended, in s since 1970
    server_ahead: float | None = None  # s by which the platform's clock is ahead of ours

    @property
    def name(self) -> str:
        """What the room is called in the log: its host, or its platform and id."""
        nickname: str = self.room.get("nickname", "")
        return nickname or f"{self.room.get('platform', '')}:{self.room.get('room_id', '')}"

    @property
    def path(self) -> Path:
        return self.base.with_name(f"{self.base.name}_session.json")

    @property
    def gaps_path(self) -> Path:
        return self.base.with_name(f"{self.base.name}_gaps.json")

    def load(self) -> None:
        """Load the session file of an earlier run; an unreadable one is ignored."""
        try:
            session = json.loads(self.path.read_text("utf-8"))
            rows = [SegmentRow(**{k: v for k, v in row.items() if k != "started"})
                    for row in session["segments"]]  # fmt: skip
            self.chosen, self.began = list(session["chosen"]), session.get("began")
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return
        self.rows = [row for row in rows if row.clock]

    def add_choice(self, address: StreamAddress) -> None:
        """Record that this stream is now being recorded."""
        properties = {key: value for key, value in asdict(address).items() if key != "url"}
        self.chosen.append({"at": _format_time(datetime.now(UTC).timestamp()), **properties})

    def write(self) -> None:
        """Write both files; blocks.

        Raises:
            OSError: a file cannot be written.
        """
        gaps = [*self.find_gaps()]
        _write_json(self.path, {
            **self.room,
            "state": self.state,
            "began": self.began,
            "server_ahead": self.server_ahead,
            "chosen": self.chosen,
            "segments": [{**asdict(row), "started": _format_time(row.start)} for row in self.rows
                         if row.clock],
        })  # fmt: skip
        _write_json(self.gaps_path, {
            "gaps": [gap for gap in gaps if gap["seconds"] > 0],
            "overlaps": [gap | {"seconds": -gap["seconds"]} for gap in gaps if gap["seconds"] < 0],
        })  # fmt: skip

    def find_gaps(self) -> Iterator[dict[str, Any]]:
        """Yield the gaps between consecutive segments; an overlap has seconds below zero.

        Includes the time before the first segment, if no data came, and after the last one.
        `media_seconds` is the position when all segments are played one after another.
        """
        media = 0.0
        for before, after in pairwise(self._list_rows()):
            media += before.seconds
            seconds = after.start - before.end
            is_inside = before.file and after.file
            is_edge = not is_inside and after.because in {"start", "end"}
            shortest = EDGE_TOLERANCE if is_edge else _SHORTEST_LISTED
            if (abs(seconds) if is_inside else seconds) >= shortest:
                yield {
                    "from": _format_time(before.end), "to": _format_time(after.start),
                    "seconds": round(seconds, 3),
                    "media_seconds": round(media, 3), "after": before.file, "before": after.file,
                    "because": after.because,
                }  # fmt: skip

    def find_missing(self) -> Iterator[float]:
        """Yield the seconds of each gap that counts: no pause, and longer than noise of clocks."""
        gaps = (gap for gap in self.find_gaps() if gap["because"] != PAUSE)
        yield from (gap["seconds"] for gap in gaps if gap["seconds"] >= SHORTEST_GAP)

    def _list_rows(self) -> Iterator[SegmentRow]:
        """Yield the segments, with rows without a file for the beginning and the end."""
        if self.began:
            yield SegmentRow("", "", "", clock=[(0.0, self.began)])
        yield from (row for row in self.rows if row.clock)
        if self.ended:
            yield SegmentRow("", self.ended_because, "", clock=[(0.0, self.ended)])


def _format_time(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")


def _write_json(path: Path, value: dict[str, Any]) -> None:
    replace_file(path, json.dumps(value, ensure_ascii=False, indent=1).encode())
