"""Write the messages of a room as files for players beside each segment, named as the segment."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from f2scrapy.config.options import Options
from f2scrapy.danmaku.convert import PART, write_beside
from f2scrapy.danmaku.files import build_look
from f2scrapy.danmaku.video import read_size
from f2scrapy.errors import InputError
from f2scrapy.live.record import SegmentRow, SessionRecord

logger = logging.getLogger(__name__)

_Clock = tuple[float, tuple[tuple[float, float], ...]]  # seconds, clock of a segment


@dataclass
class Subtitles:
    """Files for players of one recording, from its journal; `suffixes` are ".ass" and ".xml".

    The canvas of ASS is the size of the segment's picture, if PyAV is installed.
    """

    record: SessionRecord
    journal: Path
    suffixes: tuple[str, ...]
    options: Options
    _written: dict[str, _Clock] = field(default_factory=dict)  # segment → its clock at that time

    def list_missing(self) -> list[Path]:
        """Return the segments of all runs that lack a file, as after a full disk; blocks."""
        folder = self.record.base.parent
        segments = [folder / row.file for row in self.record.rows if row.complete]
        return [path for path in segments if not self._has_all(path)]

    def _has_all(self, segment: Path) -> bool:
        """Return whether each file exists, and no unfinished one of a killed run."""
        return all(
            segment.with_suffix(suffix).exists()
            and not segment.with_suffix(f"{PART}{suffix}").exists()
            for suffix in self.suffixes
        )

    def write(self, segments: Iterable[Path]) -> None:
        """Write the files of finished segments, again if their clocks are known better; blocks.

        A failure is logged: neither recording nor journal depends on these files.
        """
        rows = {row.file: row for row in self.record.rows if row.complete}
        for path in segments if self.suffixes else ():
            row = rows.get(path.name)
            if row and self._written.get(path.stem) != (clock := _get_clock(row)):
                self._written[path.stem] = clock
                self._write_one(path)

    def _write_one(self, segment: Path) -> None:
        look = build_look(self.options, os.environ, read_size(segment))
        try:
            write_beside(self.journal, segment, self.suffixes, look)
        except (InputError, OSError) as error:
            logger.warning("%s: no %s: %s", segment.name, ", ".join(self.suffixes), error)


def _get_clock(row: SegmentRow) -> _Clock:
    return row.seconds, tuple((media, wall) for media, wall in row.clock)
