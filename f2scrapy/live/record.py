"""Record: what is written beside a recording's segments: their clock, their holes, what was taken.

`<name>_session.json` has the segments, `<name>_gaps.json` what lies between them. Both are whole at
any moment, and are continued by the next run on the same broadcast.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from f2scrapy.model.stream import Address

LEAST = 0.25  # seconds: what is shorter may be the clocks' own noise, and is not missed
_LISTED = 0.01  # seconds: what is shorter is not listed; many short ones come to something
TAIL = 5.0  # seconds: a stream may end so long before its room says that it is over; or begin late


@dataclass
class Row:
    """One segment."""

    file: str  # beside the record
    because: str  # why it begins: "start", "drop", "stall", "renewed", "codec", "jump", "split" …
    quality: str  # `Address.name`
    seconds: float = 0.0
    bytes: int = 0
    complete: bool = False  # it has its final name
    clock: list[tuple[float, float]] = field(default_factory=list)  # s of media, s since 1970

    @property
    def start(self) -> float:
        return self.clock[0][1]

    @property
    def end(self) -> float:
        media, wall = self.clock[-1]
        return wall + self.seconds - media


@dataclass
class Record:
    """A recording of one broadcast, over all runs."""

    base: Path  # path of its files, without what follows the name
    room: dict[str, Any]  # platform, room_id, nickname, title …
    rows: list[Row] = field(default_factory=list)
    chosen: list[dict[str, Any]] = field(default_factory=list)
    state: str = "recording"
    began: float | None = None  # when a stream was first asked for, in s since 1970
    ended: float | None = None  # when it was given up to wait for more, in s since 1970
    server_ahead: float | None = None  # s by which the platform's clock is before ours

    @property
    def path(self) -> Path:
        return self.base.with_name(f"{self.base.name}_session.json")

    @property
    def gaps_path(self) -> Path:
        return self.base.with_name(f"{self.base.name}_gaps.json")

    def load(self) -> None:
        """Go on with what an earlier run has written; what cannot be read is begun anew."""
        try:
            told = json.loads(self.path.read_text("utf-8"))
            rows = [Row(**{k: v for k, v in row.items() if k != "started"})
                    for row in told["segments"]]  # fmt: skip
            self.chosen, self.began = list(told["chosen"]), told.get("began")
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return
        self.rows = [row for row in rows if row.clock]

    def took(self, address: Address) -> None:
        """This stream was taken."""
        told = {key: value for key, value in asdict(address).items() if key != "url"}
        self.chosen.append({"at": _iso(datetime.now(UTC).timestamp()), **told})

    def write(self) -> None:
        """Both files; blocks.

        Raises:
            OSError: the disk takes them not.
        """
        gaps = [*self.gaps()]
        _write(self.path, {
            **self.room,
            "state": self.state,
            "began": self.began,
            "server_ahead": self.server_ahead,
            "chosen": self.chosen,
            "segments": [{**asdict(row), "started": _iso(row.start)} for row in self.rows
                         if row.clock],
        })  # fmt: skip
        _write(self.gaps_path, {
            "gaps": [gap for gap in gaps if gap["seconds"] > 0],
            "overlaps": [gap | {"seconds": -gap["seconds"]} for gap in gaps if gap["seconds"] < 0],
        })  # fmt: skip

    def gaps(self) -> Iterator[dict[str, Any]]:
        """What lies between segments that follow each other; less than zero = they overlap.

        Also what lies before the first one, where there was a stream in vain, and behind the last.
        `media_seconds` is its place where all segments are played one after another.
        """
        media = 0.0
        for before, after in pairwise(self._places()):
            media += before.seconds
            seconds = after.start - before.end
            within = before.file and after.file
            usual = not within and after.because in {"start", "end"}
            if (abs(seconds) if within else seconds) >= (TAIL if usual else _LISTED):
                yield {
                    "from": _iso(before.end), "to": _iso(after.start), "seconds": round(seconds, 3),
                    "media_seconds": round(media, 3), "after": before.file, "before": after.file,
                    "because": after.because,
                }  # fmt: skip

    def _places(self) -> Iterator[Row]:
        """The segments, and as such without a file when it was begun and ended."""
        if self.began:
            yield Row("", "", "", clock=[(0.0, self.began)])
        yield from (row for row in self.rows if row.clock)
        if self.ended:
            yield Row("", "end", "", clock=[(0.0, self.ended)])


def _iso(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")


def _write(path: Path, value: dict[str, Any]) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(path)
