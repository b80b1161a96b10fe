"""Convert the journal of a room to files for players and spreadsheets."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from f2scrapy.config.options import check_path_text
from f2scrapy.danmaku.clock import (
    Clock,
    Mark,
    build_open_clock,
    build_segment_clock,
    collect_segments,
)
from f2scrapy.danmaku.dedupe import RecentIds
from f2scrapy.danmaku.messages import Event, from_dict
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks.ass import Ass
from f2scrapy.danmaku.sinks.bilibili import Bilibili
from f2scrapy.danmaku.sinks.database import Database
from f2scrapy.danmaku.sinks.journal import NO_EVENT, find_parts, read_entries
from f2scrapy.danmaku.sinks.spreadsheet import Spreadsheet
from f2scrapy.danmaku.sinks.timed import DEFAULT_LOOK, Look, TimedSink
from f2scrapy.errors import InputError
from f2scrapy.text import CHINA

_TIMED: dict[str, type[TimedSink]] = {".ass": Ass, ".xml": Bilibili}
_TABLES: dict[str, type[Spreadsheet] | type[Database]] = {".csv": Spreadsheet, ".db": Database}
SUFFIXES = (*_TIMED, *_TABLES)
PART = ".part"  # before the suffix of a file that is not whole
_ROOM = {field.name for field in dataclasses.fields(Room)}
_VIDEOS = (".flv", ".ts", ".mp4")
_MAX_EARLIER = timedelta(days=2)  # by this much a video may begin before its journal
_BATCH = 1000  # events
# Ids remembered, in messages: a later run repeats messages of its recent past only.
_REMEMBERED = 100_000


class JournalReader:
    """The room, the clock and the events of a journal; `first` is the path of its first part.

    Raises:
        InputError: the file cannot be read, or is no journal.
    """

    def __init__(self, first: Path) -> None:
        self.unreadable = 0  # lines that `read_events` passed over
        self._parts = find_parts(first) or [first]
        clocks: dict[str, list[Mark]] = {}
        opened: dict[str, Any] = {}
        try:
            for entry in self._read_entries():
                opened = opened or (entry if entry.get("kind") == "opened" else {})
                if entry.get("kind") == "clock":
                    _add_mark(clocks, Mark.from_dict(entry))
            self.room = Room(**{name: opened[name] for name in _ROOM & opened.keys()})
            self.began = datetime.fromisoformat(opened["opened"])  # when it was first written to
            self.marks = [mark for marks in clocks.values() for mark in marks]
        except OSError as error:
            raise InputError(f"{first}: cannot be read: {error.strerror}") from None
        except (KeyError, TypeError, ValueError):
            raise InputError(f"{first}: this is no journal of f2scrapy.danmaku") from None

    def read_events(self) -> Iterator[Event]:
        """Return the events in their order, each once, even if two runs received it."""
        known = RecentIds(_REMEMBERED)
        for entry in self._read_entries():
            if entry.get("kind") in NO_EVENT:
                continue
            event = from_dict(entry)
            if known.add(event.msg_id):
                yield event

    def _read_entries(self) -> Iterator[dict[str, Any]]:
        self.unreadable = 0
        for part in self._parts:
            for entry in read_entries(part):
                if entry is not None:
                    yield entry
                else:
                    self.unreadable += 1


def _add_mark(clocks: dict[str, list[Mark]], mark: Mark) -> None:
    """Add a mark; the first mark of a segment replaces all earlier marks of that segment."""
    if not mark.media_ms:
        clocks[mark.segment] = []
    clocks.setdefault(mark.segment, []).append(mark)


def convert(
    journal: Path, out: Path, start: str = "", segment: str = "", look: Look = DEFAULT_LOOK
) -> tuple[int, int]:
    """Write `out`, in the format of its suffix; return the numbers of lines and unreadable lines.

    In files for players, time 0 is `start` (ISO 8601, UTC+8 if it has no offset). If it is "",
    time 0 is the start of the recording's `segment` (its file, or the end of its name) if the
    journal has marks, else the beginning of the journal. A table has all events, unless `start` or
    `segment` is given: then those from `start` on, or those in the segment.

    Raises:
        InputError: an argument is wrong, or `out` exists.
        OSError: the file cannot be written.
    """
    try:
        check_path_text(str(out))
    except ValueError as error:
        raise InputError(f"{out}: {error}") from None
    reader = JournalReader(journal)
    if out.exists():
        raise InputError(f"{out}: this file exists; remove it, or name another one")
    clock = _find_clock(reader, out.suffix, start, segment)
    return _write_file(reader, out, clock, look), reader.unreadable


def write_beside(
    journal: Path,
    video: Path,
    suffixes: Iterable[str] = (".ass", ".xml"),
    look: Look = DEFAULT_LOOK,
) -> list[Path]:
    """Write the files for players of one segment of a recording, beside it and with its name.

    `journal` has the marks of the segment; files of an earlier call are replaced. `look` should
    have the size of the video as its canvas. A segment without marks gets no files: return [].

    Raises:
        InputError: `journal` cannot be read, or a suffix is not .ass or .xml.
        OSError: a file cannot be written.
    """
    reader = JournalReader(journal)
    made: list[Path] = []
    if video.stem not in collect_segments(reader.marks):
        return made
    clock = build_segment_clock(video.stem, reader.marks)
    for suffix in suffixes:
        if suffix not in _TIMED:
            raise InputError(f"{suffix}: no file for players; use one of {', '.join(_TIMED)}")
        made.append(video.with_suffix(suffix))
        _write_file(reader, made[-1], clock, look)
    return made


def _find_clock(reader: JournalReader, suffix: str, start: str, segment: str) -> Clock | None:
    """Return the clock of a file; None for a table with all events."""
    if suffix not in SUFFIXES:
        raise InputError(f"-o …{suffix}: unknown suffix; use one of {', '.join(SUFFIXES)}")
    if suffix in _TABLES and not start and not segment:
        return None
    return _choose_clock(reader, start, segment)


def _write_file(reader: JournalReader, out: Path, clock: Clock | None, look: Look) -> int:
    """Write a file under another name until it is whole; return the number of its lines."""
    base = out.with_name(f"{out.stem}{PART}")
    part = base.with_name(f"{base.name}{out.suffix}")
    part.unlink(missing_ok=True)
    events = reader.read_events()
    if out.suffix in _TIMED:
        sink: TimedSink | Spreadsheet | Database = _TIMED[out.suffix](base, clock, look)
    else:
        sink = _TABLES[out.suffix](base)
        events = _select(events, clock) if clock else events
    try:
        sink.open(reader.room)
        with closing(sink):
            while batch := list(islice(events, _BATCH)):
                sink.write(batch)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return sink.written


def _select(events: Iterable[Event], clock: Clock) -> Iterator[Event]:
    """Return the events that have a position by *clock*."""
    for event in events:
        if event.moment and clock(event.moment) is not None:
            yield event


def _choose_clock(reader: JournalReader, start: str, segment: str) -> Clock:
    segments = collect_segments(reader.marks)
    if start and segment:
        raise InputError("--start and --segment both set the start of time; give one of them")
    if start:
        return build_open_clock(_check_start(_parse_start(start), reader.began))
    if not segments and not segment:
        return build_open_clock(reader.began)
    end = _strip_segment(segment)
    matches = [end] if end in segments else [name for name in segments if name.endswith(end)]
    if len(matches) != 1:
        known = ", ".join(segments) or "none"
        raise InputError(f"--segment: name one segment of the recording; known: {known}")
    return build_segment_clock(matches[0], reader.marks)


def _strip_segment(segment: str) -> str:
    """Return the end of a segment's name, from the path of its file or from "…end"."""
    name = Path(segment).name
    return (name.rpartition(".")[0] if name.endswith(_VIDEOS) else name).lstrip("…")


def _check_start(moment: datetime, began: datetime) -> datetime:
    if began - moment > _MAX_EARLIER:
        journal = began.astimezone(CHINA).replace(tzinfo=None).isoformat(timespec="seconds")
        raise InputError(f"--start: the journal begins much later: {journal} (UTC+8)")
    return moment


def _parse_start(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"--start {text}: want a time such as 2026-11-21T20:00:00 (UTC+8)"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
