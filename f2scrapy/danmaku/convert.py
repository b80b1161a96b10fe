"""Convert: files for players and spreadsheets, from the journal of a room."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from f2scrapy.danmaku.clock import Clock, Mark, segments, since, within
from f2scrapy.danmaku.dedupe import Seen
from f2scrapy.danmaku.messages import Event, from_dict
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import Sink
from f2scrapy.danmaku.sinks.ass import Ass
from f2scrapy.danmaku.sinks.bilibili import Bilibili
from f2scrapy.danmaku.sinks.database import Database
from f2scrapy.danmaku.sinks.journal import parts, read
from f2scrapy.danmaku.sinks.spreadsheet import Spreadsheet
from f2scrapy.danmaku.sinks.timed import Timed
from f2scrapy.errors import InputError
from f2scrapy.text import CHINA

_TIMED: dict[str, type[Timed]] = {".ass": Ass, ".xml": Bilibili}
_TABLES: dict[str, Callable[[Path], Sink]] = {".csv": Spreadsheet, ".db": Database}
SUFFIXES = (*_TIMED, *_TABLES)
_ROOM = {field.name for field in dataclasses.fields(Room)}
_VIDEOS = (".flv", ".ts", ".mp4")
_EARLIER = timedelta(days=2)  # a video begins before its journal at most
_AT_ONCE = 1000  # events
_HEARD_TWICE = 100_000  # messages; what a run is told of the past has been heard so lately


class Recorded:
    """What a journal holds; `first` is the path of its first part.

    Raises:
        InputError: it cannot be read, or is no journal.
    """

    def __init__(self, first: Path) -> None:
        self.unreadable = 0  # lines, of those `events` came by
        self._parts = parts(first) or [first]
        clocks: dict[str, list[Mark]] = {}
        opened: dict[str, Any] = {}
        try:
            for fact in self._facts():
                opened = opened or (fact if fact.get("kind") == "opened" else {})
                if fact.get("kind") == "clock":
                    _learn(clocks, Mark.read(fact))
            self.room = Room(**{name: opened[name] for name in _ROOM & opened.keys()})
            self.began = datetime.fromisoformat(opened["opened"])  # when it was first written to
            self.marks = [mark for marks in clocks.values() for mark in marks]
        except OSError as error:
            raise InputError(f"{first}: cannot be read: {error.strerror}") from None
        except (KeyError, TypeError, ValueError):
            raise InputError(f"{first}: this is no journal of f2scrapy.danmaku") from None

    def events(self) -> Iterator[Event]:
        """What happened, in the order it was told; what two runs have both heard comes once."""
        seen = Seen(_HEARD_TWICE)
        for fact in self._facts():
            if fact.get("kind") in {"opened", "clock"}:
                continue
            event = from_dict(fact)
            if seen.new(event.msg_id):
                yield event

    def _facts(self) -> Iterator[dict[str, Any]]:
        self.unreadable = 0
        for part in self._parts:
            for fact in read(part):
                if fact is not None:
                    yield fact
                else:
                    self.unreadable += 1


def _learn(clocks: dict[str, list[Mark]], mark: Mark) -> None:
    """Take a mark in; where a segment's are told anew, the former ones no longer hold."""
    if not mark.media_ms:
        clocks[mark.segment] = []
    clocks.setdefault(mark.segment, []).append(mark)


def convert(journal: Path, out: Path, start: str = "", segment: str = "") -> tuple[int, int]:
    """Write `out`, as its suffix says; returns how many events and unreadable lines there were.

    In files for players, time runs from `start` (ISO 8601, UTC+8 if it does not say). "" = as in
    the recording's `segment` (its file, or the end of its name), where the journal tells of one;
    else from the journal's beginning.

    Raises:
        InputError: something of this cannot be.
        OSError: it cannot be written.
    """
    recorded = Recorded(journal)
    if out.exists():
        raise InputError(f"{out}: this file exists; remove it, or name another one")
    base = out.with_name(f"{out.stem}.part")
    sink = _sink(base, out.suffix, _clock(recorded, start, segment))
    part = base.with_name(f"{base.name}{out.suffix}")
    part.unlink(missing_ok=True)
    count = _fill(sink, recorded)
    part.replace(out)
    return count, recorded.unreadable


def _fill(sink: Sink, recorded: Recorded) -> int:
    events, count = recorded.events(), 0
    sink.open(recorded.room)
    try:
        while some := list(islice(events, _AT_ONCE)):
            sink.write(some)
            count += len(some)
    finally:
        sink.close()
    return count


def _sink(base: Path, suffix: str, clock: Clock) -> Sink:
    if suffix in _TIMED:
        return _TIMED[suffix](base, clock)
    if suffix in _TABLES:
        return _TABLES[suffix](base)
    raise InputError(f"-o …{suffix}: its suffix says what to make: {', '.join(SUFFIXES)}")


def _clock(recorded: Recorded, start: str, segment: str) -> Clock:
    known = segments(recorded.marks)
    if start and segment:
        raise InputError("--start and --segment both say where time begins; give one of them")
    if start:
        return since(_near(_moment(start), recorded.began))
    if not known and not segment:
        return since(recorded.began)
    bare = _bare(segment)
    meant = [bare] if bare in known else [name for name in known if name.endswith(bare)]
    if len(meant) != 1:
        there = ", ".join(known) or "none"
        raise InputError(f"--segment: name one of the recording's; there are: {there}")
    return within(meant[0], recorded.marks)


def _bare(segment: str) -> str:
    """The end of a segment's name: its file's path will do, and "…" for how it begins."""
    name = Path(segment).name
    return (name.rpartition(".")[0] if name.endswith(_VIDEOS) else name).lstrip("…")


def _near(moment: datetime, began: datetime) -> datetime:
    if began - moment > _EARLIER:
        there = began.astimezone(CHINA).replace(tzinfo=None).isoformat(timespec="seconds")
        raise InputError(f"--start: the journal begins much later: {there} (UTC+8)")
    return moment


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"--start {text}: want a time such as 2026-11-21T20:00:00 (UTC+8)"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
