"""Remember what a run without files has given to its feeds, and go on there in the next run.

A run with files needs none of it: its archive knows the works, and reading their list again is
cheap. With an identity of the pool it is not, since its requests are counted: such a run goes on at
the page after the last one of which all works are archived, or cannot be fetched.

The rows of a page are given once all have passed the pipelines, and the lists below them are
finished; then the page is saved.
"""

from __future__ import annotations

import hashlib
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from glob import escape
from pathlib import Path, PureWindowsPath
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from w3lib.url import file_uri_to_path

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.readings import Reading
from f2scrapy.crawl.arguments import Args
from f2scrapy.crawl.feed_formats import CONVERTERS
from f2scrapy.crawl.item_filter import ItemFilter
from f2scrapy.crawl.key_set import KeySet
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive, get_options
from f2scrapy.errors import Outcome
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.item import Item
from f2scrapy.text import pluralize

logger = logging.getLogger(__name__)

_LOGS: WeakKeyDictionary[Crawler, ReadingLog] = WeakKeyDictionary()
_SETTLED = {"interval", "kinds", "seconds", "match", "repeated", "given"}  # reasons; likes change

_ARCHIVED = {"known", "refused before"}  # reasons in runs with files


def get_reading_log(crawler: Crawler) -> ReadingLog:
    """Return the log of this crawl, made at the first call; a crawl with files has an idle one."""
    if crawler.spider is None:  # feeds are only checked, before the run
        return ReadingLog(None, None, "")
    if crawler not in _LOGS:
        _LOGS[crawler] = _make_log(crawler)
    return _LOGS[crawler]


def _make_log(crawler: Crawler) -> ReadingLog:
    spider, options = crawler.spider, get_options(crawler)
    item, args = getattr(spider, "item", Item), getattr(spider, "args", None)
    feeds = crawler.settings.getdict("FEEDS")
    local = find_local_feeds(feeds)
    is_update = bool(getattr(args, "update", False))
    has_files = bool(options.media) and item.list_media is not Item.list_media
    is_counted = bool(options.identity) and not feeds and not is_update
    if not isinstance(args, Args) or options.plan or not (is_counted if has_files else local):
        return ReadingLog(None, None, "")
    named = args.model_dump(exclude={"url", "update"})
    files = (sorted(options.media), repr(options.rendition)) if has_files else ()
    command = _hash(repr((crawler.spidercls.name, named, sorted(map(str, local)), *files)))
    log = ReadingLog(get_archive(crawler), command, ItemFilter.of_arguments(args).name)
    log.is_update = is_update
    log.run_log = getattr(spider, "run_log", None) if has_files else None
    log.settles_skipped = not getattr(args, "max_counts", 0)
    log.load()
    if not all(map(_has_rows, local)):
        log.start_again()
    crawler.signals.connect(log.item_scraped, signals.item_scraped)
    crawler.signals.connect(log.item_dropped, signals.item_dropped)
    return log


def find_local_feeds(feeds: Mapping[str, Any]) -> list[Path]:
    """Return the files of feeds that later runs can continue; [] = one of them cannot be."""
    files = []
    for uri, options in feeds.items():
        parts = urlsplit(str(uri))
        path = Path(file_uri_to_path(str(uri)) if parts.scheme == "file" else str(uri))
        is_local = parts.scheme in ("", "file") or bool(PureWindowsPath(str(uri)).drive)
        is_made = options.get("format") in CONVERTERS  # at the end, from rows that are gone then
        is_plain = (
            not is_made
            and not {"postprocessing", "batch_item_count"} & {*options}
            and "%(" not in str(uri)
        )
        if not (is_local and is_plain) or (path.exists() and not path.is_file()):
            return []
        files.append(path.absolute())
    return files


def _has_rows(path: Path) -> bool:
    """Return whether a feed, or what a killed run has left of it, has rows."""
    parts = path.parent.glob(f"{escape(path.name[:80])}.*.part")
    return any(one.is_file() and one.stat().st_size for one in (path, *parts))


@dataclass
class OpenPage:
    """A page of a list, with its rows and child lists that are not finished."""

    place: dict[str, Any]  # its cursors, "way" and "replies"
    newest: list[str]
    pending: set[str] = field(default_factory=set)


@dataclass
class OpenList:
    """A list that is being read."""

    number: int  # of its source and filter in the archive
    known: KeySet  # rows that were given before
    parent: str = ""  # source of the list that named it
    pages: deque[OpenPage] = field(default_factory=deque)


class ReadingLog:
    """What the runs of a command have given, list by list; idle if `command` is None."""

    def __init__(self, archive: Archive | None, command: int | None, filter_name: str) -> None:
        self._archive = archive  # None = idle
        self.is_idle = command is None
        self.command = command or 0
        self.filter_name = filter_name
        # Whether rows that any command has given before are left out; else only those of an
        # unfinished round of this command.
        self.is_update = False
        self.settles_skipped = True  # else a row that a filter leaves out is read again
        self.run_log: RunLog | None = None  # of a run with files; None = rows alone are given
        self.has_progress = False  # whether this run has given a row, or finished a list
        self.readings: dict[str, Reading] = {}
        self.lists: dict[str, OpenList] = {}
        self._rows: list[tuple[int, int]] = []  # given, not saved: the number of a list, and a key
        self._unsaved: deque[Callable[[], None]] = deque()  # while the archive is locked

    def load(self) -> None:
        """Read the state of the last round, if it was not finished."""
        self.readings = self.archive.get_readings(self.command)
        if not any(map(self._count_given, self.readings)):
            self.readings = {}
        if self.readings:
            lists = pluralize(len(self.readings), "list")
            logger.info("An earlier run of this command was not finished: going on in %s", lists)

    @property
    def archive(self) -> Archive:
        """The archive that keeps the readings."""
        assert self._archive is not None
        return self._archive

    @property
    def is_continued(self) -> bool:
        """Whether this run goes on with an unfinished round: its feeds keep their rows."""
        return bool(self.readings)

    def start_again(self) -> None:
        """Forget an unfinished round, since its rows are gone."""
        self.archive.end_round(self.command)
        self.archive.forget_given(self.command, map(self._number, self.readings))
        self.readings = {}

    # Lists

    def is_finished(self, source: str) -> bool:
        """Return whether the unfinished round has read this list to its end."""
        return not self.is_update and source in self.readings and self.readings[source].finished

    def count_given(self, source: str) -> int:
        """Return the number of rows of a list that the unfinished round has given."""
        is_resumed = source in self.readings and not self.is_update
        return self._count_given(source) if is_resumed else 0

    def open_list(self, source: str, parent: str = "") -> None:
        """Record that a list is read now."""
        if self.is_idle:
            return
        number = self._number(source)
        if source not in self.readings:
            self._save(partial(self.archive.forget_given, self.command, [number]))
            self._save_reading(source, Reading(None, [], finished=False))
        given = self.archive.iter_given(number, None if self.is_update else self.command)
        self.lists[source] = OpenList(number, KeySet(given), parent)
        self.add_pending(parent, source)

    def resume(self, source: str, first_page: Endpoint) -> Endpoint:
        """Return the page to go on at: the last one with all its rows given, or the first."""
        reading = self.readings.get(source)
        if self.is_update or reading is None or not reading.page or first_page.infinite:
            return first_page
        cursors = {name: reading.page.get(name) for name in first_page.cursor_params}
        if reading.page.get("way") != first_page.way or None in cursors.values():
            return first_page
        return first_page.model_copy(update=cursors)

    def get_newest(self, source: str) -> list[str]:
        """Return the keys of the newest rows that the unfinished round has read."""
        is_resumed = source in self.readings and not self.is_update
        return list(self.readings[source].newest) if is_resumed else []

    def count_replies(self, source: str) -> int:
        """Return the number of rows below those before the page to go on at."""
        page = self.readings[source].page if source in self.readings else None
        return int(page["replies"]) if page and not self.is_update else 0

    def is_known(self, source: str, key: str) -> bool:
        """Return whether a row was given before."""
        return source in self.lists and _hash(key) in self.lists[source].known

    def add_page(
        self, source: str, endpoint: Endpoint, newest: Iterable[str], replies: int
    ) -> None:
        """Record that the rows of a page follow; `replies` are those below all rows before it."""
        if source in self.lists:
            cursors = {name: getattr(endpoint, name) for name in endpoint.cursor_params}
            place = cursors | {"way": endpoint.way, "replies": replies}
            page = OpenPage(place, list(newest))
            self.lists[source].pages.append(page)

    def add_pending(self, source: str, name: str) -> None:
        """Record a row, or a list below it, that belongs to the present page."""
        if source in self.lists and self.lists[source].pages:
            self.lists[source].pages[-1].pending.add(name)

    def finish_list(self, source: str) -> None:
        """Record that a list was read to its end."""
        opened = self.lists.get(source)
        if opened is None:
            return
        self.has_progress = True
        opened.pages.append(OpenPage({}, []))  # all pages before it can be complete now
        self._save_pages(source)
        if opened.parent:
            self._settle(opened.parent, source)

    # Rows

    def add_rows(self, items: Iterable[Any]) -> None:
        """Record rows that are in the feeds now: a kill has nearly no time between the two."""
        for item in items:
            self._add_row(item)
        with suppress(OSError):
            self.save_rest()

    def item_scraped(self, item: Any) -> None:
        """Record that a row has passed the pipelines."""
        if self._has_list(item) and not self._is_cut(item):
            self.has_progress = True
            if self.run_log is not None and self.run_log.get_missing(item.key) is None:
                self._add_row(item)
            self._settle(item.source, item.key)

    def item_dropped(self, item: Any, exception: DropItem) -> None:
        """Record a row that was left out for a lasting reason; it is saved with others."""
        reason = getattr(exception, "reason", "")
        if reason in _SETTLED or (self.run_log is not None and reason in _ARCHIVED):
            if self.settles_skipped:
                self._add_row(item)
            self.item_scraped(item)

    def _is_cut(self, item: Item) -> bool:
        """Return whether the files of a work are to be fetched again."""
        missing = self.run_log.get_missing(item.key) if self.run_log is not None else None
        return missing in (Outcome.INTERRUPTED, Outcome.DISK)

    def _has_list(self, item: Any) -> bool:
        return isinstance(item, Item) and item.source in self.lists

    def _add_row(self, item: Any) -> None:
        if self._has_list(item):
            self._rows.append((self.lists[item.source].number, _hash(item.key)))

    def _settle(self, source: str, name: str) -> None:
        for page in self.lists[source].pages:
            page.pending.discard(name)
        self._save_pages(source)

    def _save_pages(self, source: str) -> None:
        """Save the last page that is complete, as are all before it; the present one never is."""
        pages, complete = self.lists[source].pages, None
        while len(pages) > 1 and not pages[0].pending:
            complete = pages.popleft()
        if complete is not None and complete.place:
            self._save_reading(source, Reading(complete.place, complete.newest, finished=False))

    def _save_reading(self, source: str, reading: Reading) -> None:
        self._save(partial(self.archive.save_reading, self.command, source, reading))

    def _save(self, call: Callable[[], None]) -> None:
        """Write to the archive, in order; what it refuses now is tried again with the next call."""
        self._queue_rows()
        self._unsaved.append(call)
        with suppress(OSError):
            self.save_rest()

    def save_rest(self) -> None:
        """Write what could not be written so far.

        Raises:
            OSError: the archive refuses still.
        """
        self._queue_rows()
        while self._unsaved:
            self._unsaved[0]()
            self._unsaved.popleft()

    def _queue_rows(self) -> None:
        if self._rows:
            self._unsaved.append(partial(self.archive.add_given, self.command, self._rows))
            self._rows = []

    # The end

    def close(self, finished: Iterable[str], *, is_whole: bool) -> None:
        """Save which lists are finished; `is_whole` = all that the user named are.

        A run that gets no further than the one before it ends the round, too: else a list that is
        always refused would keep all others from being read again.

        Raises:
            OSError: the archive cannot be written.
        """
        if self.is_idle:
            return
        for source, opened in self.lists.items():
            opened.pages.append(OpenPage({}, []))
            self._save_pages(source)
        for source in finished:
            self._save_reading(source, Reading(None, [], finished=True))
        self.save_rest()
        if not is_whole and (self.has_progress or not self.is_continued):
            return
        for source in {*self.lists, *self.readings}:
            self.archive.complete_given(self.command, self._number(source))
        self.archive.end_round(self.command)

    def _count_given(self, source: str) -> int:
        return self.archive.count_given(self._number(source), self.command)

    def _number(self, source: str) -> int:
        return _hash(f"{source}|{self.filter_name}")


def _hash(text: str) -> int:
    """Return 64 bits of a hash, as SQLite's signed integer."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)
