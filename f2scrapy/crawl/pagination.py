"""Read one list page by page: rows in; items, gaps and the next page out; no requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any, NamedTuple

from f2scrapy.crawl.item_filter import Interval, ItemFilter
from f2scrapy.crawl.key_set import KeySet
from f2scrapy.crawl.listing import Listing
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.endpoint import Endpoint, convert_errors, get_path
from f2scrapy.model.item import Item
from f2scrapy.model.unreadable import Unreadable

MAX_EMPTY_PAGES = 5  # successive pages without new rows that claim to have more
MAX_REPEATS = 2  # repeats of a page after a contradictory answer
EMPTY_STEP = timedelta(days=7)  # below an empty page whose cursor does not move
MAX_DISK_GAPS = 40  # works that cannot be written before reading stops
# Newest works to save: some pages of them, so that a whole page is left when others are deleted.
FRONTIER = 200
_ALL = ItemFilter()


class Limits(NamedTuple):
    """The limits at which reading stops before the list ends."""

    max_counts: int = 0  # works; 0 = all
    wanted: ItemFilter = _ALL  # rows; the others are read, and left out by a pipeline
    known_keys: Set[str] = frozenset()  # the newest works of a run that archived all behind them

    @property
    def interval(self) -> Interval | None:
        """The wanted period of publication; None = any time."""
        return self.wanted.interval


NO_LIMITS = Limits()


@dataclass
class Pagination:
    """The state of reading one list; missing rows go to the run log.

    Reading ends at the platform's end of the list, or at one of `limits`. `newest_first` means
    that rows are in order of publication, except for pinned ones.

    One known or old row does not stand for all behind it: works are liked again, and not every
    pinned work is marked. So reading stops only behind a whole page of such rows, and no fewer
    than a page has.
    """

    listing: Listing
    run_log: RunLog
    item: type[Item]
    mode: str
    first_page: Endpoint
    limits: Limits = NO_LIMITS
    owner: Item | None = None  # of the list; None = the authors of its rows
    expected: int | None = None  # rows by the owner's count; None = not known
    subfolder: str = ""  # for its files, below the owner's folder
    newest_first: bool = False
    is_own: bool = False  # whether all its works should be the owner's, as `expected` counts them
    keeps_rows: bool = False  # whether items keep their row (F2_RAW)
    newest: list[str] = field(default_factory=list)  # the known keys of the next run
    # Whether the unfinished run before this one has given a row; `given` is the number of these.
    was_given: Callable[[str], bool] = lambda _key: False
    given: int = 0
    replies: int = 0  # rows below those seen; a total of the list includes them
    wants_other_guest: bool = False  # the next page is to be requested as another guest
    _keys: KeySet = field(default_factory=KeySet)  # of the rows seen
    _places: set[Any] = field(default_factory=set)  # of the pages requested
    _taken: int = 0  # works yielded that are wanted
    # Successive rows that are known, or older than the interval; with pinned and repeated ones.
    _passed: int = 0
    _has_passed: bool = False  # whether the current page has any known or old row
    _is_too_old: bool = False  # whether it has any row older than the interval
    _counts_itself: bool = False  # whether `expected` is the list's own number, not its owner's
    _exceeded: bool = False  # whether more rows than expected came: the count is wrong
    _fresh: bool = False  # whether the current page has any other row
    _authored: int = 0  # rows of a user's own list that name an author
    _largest: int = 0  # rows of the largest page
    _empty: int = 0  # successive pages without new rows
    _repeats: int = 0  # repeats of the current page

    def __post_init__(self) -> None:
        self.listing.noun = self.item.noun
        self.listing.seen, self._taken = self.given, self.given
        self.start_page(self.first_page)
        self._expect(self.expected)
        before, self.replies = self.replies, 0
        self._expect_fewer(before)

    def start_page(self, endpoint: Endpoint) -> None:
        """Record that the page of `endpoint` is requested now."""
        self._places.add(endpoint.page_key)
        self.listing.cursor = endpoint.position

    @property
    def is_complete(self) -> bool:
        """Whether the list was read from its top to its end, or to the known or too old works."""
        limited = self.listing.stopped == "max_counts"
        return self._from_top and not limited and self.run_log.is_whole(self.listing.source)

    @property
    def may_complete(self) -> bool:
        """Whether the list has rows, and is read from its top without a limit of works."""
        return self._from_top and not self.limits.max_counts and self.listing.seen > 0

    def contradicts(self, outcome: Outcome) -> bool:
        """Return whether rows or owner contradict such a refusal, such as DELETED."""
        owned = self.owner is not None and self.owner.state is Outcome.OK
        return outcome.is_explanation and (
            bool(self.listing.seen) or (owned and outcome is Outcome.DELETED)
        )

    # One page

    def read_page(self, endpoint: Endpoint, answer: Mapping[str, Any]) -> Iterator[Item]:
        """Yield the new items of one page, and those that `was_given` names.

        Raises:
            ProtocolError: the answer has no rows.
        """
        with convert_errors():
            rows = endpoint.read_rows(answer)
        if self.listing.expected is None:
            self._expect(self._read_total(endpoint, answer))
            self._counts_itself = self.listing.expected is not None
        self._empty += 1
        self._fresh = self._has_passed = self._is_too_old = False
        self._largest = max(self._largest, len(rows))
        for number, row in enumerate(rows):
            item = self._read_row(row, f"{self.listing.source}@{endpoint.position}#{number}")
            if item is None:
                continue
            if self.was_given(item.key):
                self._expect_fewer(item.reply_count)
                yield item
                continue
            self._count(item)
            yield item
            if self.limits.max_counts and self._taken >= self.limits.max_counts:
                self.listing.stopped = "max_counts"
                return
        enough = self._passed >= max(endpoint.page_size, self._largest)
        if self._has_passed and not self._fresh and enough:
            self.listing.stopped = "interval" if self._is_too_old else "known"

    def _read_total(self, endpoint: Endpoint, answer: Mapping[str, Any]) -> int | None:
        """Return the list's own number of rows; None = it is absent, or cannot be read."""
        try:
            total = endpoint.read_total(answer)
        except ProtocolError:
            total = -1
        if total is None or total >= 0:
            return total
        part = Unreadable(endpoint.total_path, is_empty=not get_path(answer, endpoint.total_path))
        self.run_log.add_unreadable(self.listing.source, [part])
        return None

    def _read_row(self, row: Any, position: str) -> Item | None:
        """Return the item of a row; None = it was seen before or cannot be read."""
        try:
            with convert_errors():
                item = self.item.from_row(row)
        except ProtocolError as error:
            if self._is_new(position):
                self._add_gap(position, Outcome.SCHEMA_CHANGED, str(error))
                self._pass(is_passed=False)
            return None
        if not self._is_new(item.key):
            self._passed += 1
            return None
        self.run_log.add_unreadable(item.key, item.unreadable)
        item.mode = self.mode
        item.source = self.listing.source
        item.owner_sec_user_id, item.owner_nickname = (self.owner or item).folder
        item.subfolder = self.subfolder
        if self.keeps_rows:
            from f2scrapy.crawl.redact import redact  # noqa: PLC0415 - most runs need none

            item.raw = redact(row)
        return item

    def _is_new(self, key: str) -> bool:
        new = self._keys.add(key)
        self.listing.seen += new and not self.was_given(key)
        self._empty = 0 if new else self._empty
        return new

    def _count(self, item: Item) -> None:
        """Count a new work."""
        within = not self.limits.wanted.find_reason(item)
        self._taken += within
        if self.listing.expected is not None:
            self._exceeded = self._exceeded or self.listing.seen > self.listing.expected
        self._expect_fewer(item.reply_count)
        if within and item.state is not Outcome.OK:
            self._add_gap(item.key, item.state, f"the {item.noun} itself says so")
        self._count_author(item)
        if item.is_pinned:
            self._passed += 1
            return
        if len(self.newest) < FRONTIER:
            self.newest.append(item.key)
        interval, published = self.limits.interval, item.published
        too_old = bool(interval and published and interval.is_before(published))
        self._is_too_old = self._is_too_old or (too_old and self.newest_first)
        is_passed = (too_old and self.newest_first) or item.key in self.limits.known_keys
        self._pass(is_passed=is_passed)

    def _expect_fewer(self, replies: int) -> None:
        """Take rows below a row out of the expected number."""
        self.replies += replies
        if self.listing.expected is not None:
            self.listing.expected = max(self.listing.expected - replies, self.listing.seen)

    def _pass(self, *, is_passed: bool) -> None:
        """Record whether a row is known or older than the interval."""
        self._passed = self._passed + 1 if is_passed else 0
        self._fresh = self._fresh or not is_passed
        self._has_passed = self._has_passed or is_passed

    def _count_author(self, item: Item) -> None:
        """Count a work in a user's own list as the user's, or as that of another author."""
        owner = self.owner.folder[0] if self.owner and self.is_own else ""
        author = getattr(item, "sec_user_id", "")
        self._authored += bool(owner and author)
        self.listing.foreign += bool(owner and author) and author != owner

    def _expect(self, count: int | None) -> None:
        """Set the expected number of rows, if the list is read as a whole."""
        cut = self.limits.interval or (self.limits.max_counts and self.limits.wanted.name)
        whole = self._from_top and not cut
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
        # An owner's count does not outweigh a list that claims to have more.
        counted = self._counts_itself and self._is_counted
        if counted or (endpoint.infinite and endpoint.read_rows(answer)):
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
        end = self.limits.interval.end if self.limits.interval else None
        if not self.newest_first or end is None:
            return following
        entered = following.start_at(end + timedelta(seconds=1))
        return min(following, entered, key=lambda endpoint: endpoint.position)

    @property
    def _is_disk_full(self) -> bool:
        return sum(gap.outcome is Outcome.DISK for gap in self.run_log.gaps) >= MAX_DISK_GAPS

    @property
    def _is_counted(self) -> bool:
        """Whether exactly the expected number of rows was seen: more of them disprove it."""
        return not self._exceeded and self.listing.expected == self._count_owned()

    @property
    def _is_short(self) -> bool:
        return not self.listing.stopped and self._count_owned() < (self.listing.expected or 0)

    def _count_owned(self) -> int:
        """Return the rows seen that the owner's count includes.

        Without a single work of the owner, the authors' ids show nothing: all rows count.
        """
        has_own = self.listing.foreign < self._authored
        return self.listing.seen - (self.listing.foreign if has_own else 0)

    def _finish(self) -> None:
        self.listing.finished = True
        if self.listing.stopped == "known" and self.listing.expected is not None:
            self.listing.expected = self.listing.seen  # an earlier run has read the rest
        if self.listing.stopped == "known":
            older = (key for key in self.limits.known_keys if key not in self._keys)
            self.newest += islice(older, max(0, FRONTIER - len(self.newest)))
        source, seen, expected = self.listing.source, self.listing.seen, self.listing.expected
        hidden = self.owner is not None and self.owner.state is Outcome.PRIVATE and not seen
        if hidden and expected is None:
            self._add_gap(source, Outcome.PRIVATE, "the list is hidden, and its size is unknown")
        elif self._is_short:
            outcome = Outcome.PRIVATE if hidden else Outcome.LIST_GAP
            detail = f"the list ended after {seen} of {expected}"
            missing = (expected or 0) - self._count_owned()
            if others := seen - self._count_owned():
                detail += f", {others} of them of other authors"
            self._add_gap(source, outcome, detail, count=missing)
        elif self.owner is not None and self.owner.promises_rows and self._from_top and not seen:
            detail = "the list is empty, although its owner is shown with some"
            self._add_gap(source, Outcome.LIST_GAP, detail)

    def _add_gap(self, key: str, outcome: Outcome, detail: str, count: int = 1) -> None:
        self.run_log.add_gap(key, outcome, detail, count=count, source=self.listing.source)
