"""Read one list page by page: rows in; items, gaps and the next page out; no requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from f2scrapy.crawl.arguments import Interval
from f2scrapy.crawl.redact import redact
from f2scrapy.crawl.run_log import Listing, RunLog
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.endpoint import Endpoint, convert_errors
from f2scrapy.model.item import Item

MAX_EMPTY_PAGES = 5  # successive pages without new rows that claim to have more
MAX_REPEATS = 2  # repeats of a page after a contradictory answer
EMPTY_STEP = timedelta(days=7)  # below an empty page whose cursor does not move
MAX_DISK_GAPS = 40  # works that cannot be written before reading stops
FRONTIER = 20  # newest works to save, so that some are left when others are deleted


@dataclass(frozen=True)
class Limits:
    """The limits at which reading stops before the list ends."""

    max_counts: int = 0  # works; 0 = all
    interval: Interval | None = None  # of publication; None = any time
    known_keys: frozenset[str] = frozenset()  # works from which on all is archived


@dataclass
class Pagination:
    """The state of reading one list; missing rows go to the run log.

    Reading ends at the platform's end of the list, or at one of `limits`. `newest_first` means
    that rows are in order of publication, except for pinned ones.
    """

    listing: Listing
    run_log: RunLog
    item: type[Item]
    mode: str
    first_page: Endpoint
    limits: Limits = Limits()
    owner: Item | None = None  # of the list; None = the authors of its rows
    expected: int | None = None  # rows by the owner's count; None = not known
    subfolder: str = ""  # for its files, below the owner's folder
    newest_first: bool = False
    keeps_rows: bool = False  # whether items keep their row (F2_RAW)
    newest: list[str] = field(default_factory=list)  # the known keys of the next run
    wants_other_guest: bool = False  # the next page is to be requested as another guest
    _keys: set[str] = field(default_factory=set)  # of the rows seen
    _places: set[Any] = field(default_factory=set)  # of the pages requested
    _taken: int = 0  # works yielded within the interval
    _empty: int = 0  # successive pages without new rows
    _repeats: int = 0  # repeats of the current page

    def __post_init__(self) -> None:
        self.listing.noun = self.item.noun
        self.start_page(self.first_page)
        self._expect(self.expected)

    def start_page(self, endpoint: Endpoint) -> None:
        """Record that the page of `endpoint` is requested now."""
        self._places.add(endpoint.page_key)
        self.listing.cursor = endpoint.position

    @property
    def is_complete(self) -> bool:
        """Whether the list was read from its top to its end, or to the known works."""
        limited = self.listing.stopped == "max_counts" or self.limits.interval
        return self._from_top and not limited and self.run_log.is_whole(self.listing.source)

    def contradicts(self, outcome: Outcome) -> bool:
        """Return whether rows or owner contradict such a refusal, such as DELETED."""
        owned = self.owner is not None and self.owner.state is Outcome.OK
        return outcome.is_explanation and (
            bool(self.listing.seen) or (owned and outcome is Outcome.DELETED)
        )

    # One page

    def read_page(self, endpoint: Endpoint, answer: Mapping[str, Any]) -> Iterator[Item]:
        """Yield the new items of one page.

        Raises:
            ProtocolError: the answer has no rows.
        """
        with convert_errors():
            rows = endpoint.read_rows(answer)
            if self.listing.expected is None:
                self._expect(endpoint.read_total(answer))
        self._empty += 1
        for number, row in enumerate(rows):
            item = self._read_row(row, f"{self.listing.source}@{endpoint.position}#{number}")
            if item is None:
                continue
            self._count(item)
            yield item
            if self.limits.max_counts and self._taken >= self.limits.max_counts:
                self.listing.stopped = "max_counts"
                return

    def _read_row(self, row: Any, position: str) -> Item | None:
        """Return the item of a row; None = it was seen before or cannot be read."""
        try:
            with convert_errors():
                item = self.item.from_row(row)
        except ProtocolError as error:
            if self._is_new(position):
                self._add_gap(position, Outcome.SCHEMA_CHANGED, str(error))
            return None
        if not self._is_new(item.key):
            return None
        item.mode = self.mode
        item.source = self.listing.source
        item.owner_sec_user_id, item.owner_nickname = (self.owner or item).folder
        item.subfolder = self.subfolder
        item.raw = redact(row) if self.keeps_rows else None
        return item

    def _is_new(self, key: str) -> bool:
        new = key not in self._keys
        self._keys.add(key)
        self.listing.seen += new
        self._empty = 0 if new else self._empty
        return new

    def _count(self, item: Item) -> None:
        """Count a new work, and set `listing.stopped` if reading stops at it."""
        published, interval = item.published, self.limits.interval
        within = not interval or not published or interval.contains(published)
        self._taken += within
        if self.listing.expected is not None:
            self.listing.expected = max(self.listing.expected - item.reply_count, self.listing.seen)
        if within and item.state is not Outcome.OK:
            self._add_gap(item.key, item.state, f"the {item.noun} itself says so")
        if item.is_pinned:
            return
        if len(self.newest) < FRONTIER:
            self.newest.append(item.key)
        if item.key in self.limits.known_keys:
            self.listing.stopped = "known"
        if self.newest_first and interval and published and published < interval.start:
            self.listing.stopped = "interval"

    def _expect(self, count: int | None) -> None:
        """Set the expected number of rows, if the list is read as a whole."""
        whole = self._from_top and not self.limits.interval
        if count is not None and whole:
            self.listing.expected = min(count, self.limits.max_counts or count)

    @property
    def _from_top(self) -> bool:
        return not self.first_page.position

    # From one page to the next

    def next_page(self, endpoint: Endpoint, answer: Mapping[str, Any]) -> Endpoint | None:
        """Return the next page to request; None = reading ends here, complete or not.

        Raises:
            ProtocolError: the answer does not say whether or where the list goes on.
        """
        last = bool(self.listing.stopped) or self._is_last(endpoint, answer)
        # The page claims to be the last one before the owner's count is reached: request the next.
        doubtful = (
            last and self._is_short and bool(endpoint.cursor_params) and endpoint.read_rows(answer)
        )
        if last and not (doubtful and endpoint.has_next_cursor(answer)):
            self._finish()
            return None
        if self._is_disk_full:
            why = "no further page is requested: nothing can be written"
            self.run_log.add_refusal(self.listing.source, Outcome.DISK, why, endpoint.position)
            return None
        following = self._go_below(endpoint, self._skip_newer(endpoint.next_page(answer)), answer)
        if following.page_key not in self._places and self._empty < self._get_patience(endpoint):
            self._repeats = 0
            return following
        if self._is_counted or (endpoint.infinite and endpoint.read_rows(answer)):
            self._finish()
            return None
        again = self.repeat_page(endpoint)
        # TikTok shows some guests the same page for ever: by their device_id (yt-dlp, 2026).
        self.wants_other_guest = again is not None and self._repeats == MAX_REPEATS
        if again is None:
            circle = "the list turns in circles"
            self.run_log.add_refusal(
                self.listing.source, Outcome.LIST_GAP, circle, endpoint.position
            )
        return again

    def _go_below(
        self, endpoint: Endpoint, following: Endpoint, answer: Mapping[str, Any]
    ) -> Endpoint:
        """Return the page some days below an empty page that leads to itself; else `following`."""
        stays = following.position in self._places and not endpoint.read_rows(answer)
        if not (stays and endpoint.cursor_is_time and endpoint.position):
            return following
        return endpoint.resume_at(endpoint.position - EMPTY_STEP // timedelta(milliseconds=1))

    def _get_patience(self, endpoint: Endpoint) -> int:
        """Return the number of successive pages without new rows at which reading stops."""
        return (
            MAX_EMPTY_PAGES if self._is_counted else max(MAX_EMPTY_PAGES, endpoint.max_empty_pages)
        )

    def lacks_all(self, endpoint: Endpoint, answer: Mapping[str, Any]) -> bool:
        """Return whether a list ends without a row although there should be some."""
        hidden = self.owner is not None and self.owner.state is not Outcome.OK
        if hidden or self.expected == 0 or self.listing.seen or self.listing.stopped:
            return False
        try:
            with convert_errors():
                return not endpoint.read_rows(answer) and self._is_last(endpoint, answer)
        except ProtocolError:
            return False

    def _is_last(self, endpoint: Endpoint, answer: Mapping[str, Any]) -> bool:
        """Return whether the list ends here: by the answer, or else by the count of rows."""
        try:
            return endpoint.is_last_page(answer)
        except ProtocolError:
            if self._is_counted:
                return True
            raise

    def repeat_page(self, endpoint: Endpoint) -> Endpoint | None:
        """Return the same page, since its answer may be a mistake; None = enough repeats."""
        self._repeats += 1
        return endpoint if self._repeats <= MAX_REPEATS else None

    def _skip_newer(self, following: Endpoint) -> Endpoint:
        """Skip works newer than the interval; the first page has shown the pinned ones."""
        if not (self.newest_first and self.limits.interval):
            return following
        entered = following.start_at(self.limits.interval.end + timedelta(seconds=1))
        return min(following, entered, key=lambda endpoint: endpoint.position)

    @property
    def _is_disk_full(self) -> bool:
        return sum(gap.outcome is Outcome.DISK for gap in self.run_log.gaps) >= MAX_DISK_GAPS

    @property
    def _is_counted(self) -> bool:
        """Whether the expected number of rows was seen."""
        return self.listing.expected is not None and not self._is_short

    @property
    def _is_short(self) -> bool:
        return not self.listing.stopped and self.listing.seen < (self.listing.expected or 0)

    def _finish(self) -> None:
        self.listing.finished = True
        if self.listing.stopped == "known" and self.listing.expected is not None:
            self.listing.expected = self.listing.seen  # an earlier run has read the rest
        source, seen, expected = self.listing.source, self.listing.seen, self.listing.expected
        hidden = self.owner is not None and self.owner.state is Outcome.PRIVATE and not seen
        if hidden and expected is None:
            self._add_gap(source, Outcome.PRIVATE, "the list is hidden, and its size is unknown")
        elif self._is_short:
            outcome = Outcome.PRIVATE if hidden else Outcome.LIST_GAP
            detail = f"the list ended after {seen} of {expected}"
            self._add_gap(source, outcome, detail, count=(expected or 0) - seen)

    def _add_gap(self, key: str, outcome: Outcome, detail: str, count: int = 1) -> None:
        self.run_log.add_gap(key, outcome, detail, count=count, source=self.listing.source)
