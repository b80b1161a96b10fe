"""Walk: one list, page by page: rows in; items, gaps and the next page out; no request is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from f2scrapy.crawl.arguments import Interval
from f2scrapy.crawl.extensions.ledger import Ledger
from f2scrapy.crawl.redact import scrubbed
from f2scrapy.crawl.run_log import Listing
from f2scrapy.errors import Outcome, ProtocolError
from f2scrapy.model.endpoint import Endpoint, readable
from f2scrapy.model.item import Item

EMPTY_PAGES = 5  # pages in a row that show nothing new and still claim to have more
ONCE_MORE = 2  # times a page is asked for again that makes no sense
HOPELESS = 40  # works the disk has refused, after which no page is asked for
FRONTIER = 20  # newest works remembered, so that some are left when others are deleted


@dataclass(frozen=True)
class Limits:
    """Where a walk may stop before the list does."""

    max_counts: int = 0  # works; 0 = all
    interval: Interval | None = None  # None = whenever they were published
    frontier: frozenset[str] = frozenset()  # keys of works below which all is archived


@dataclass
class Walk:
    """Goes through one list; what is missing in it goes to the ledger.

    It ends where the platform says so, or where `limits` do; `newest_first` says that rows come by
    their time of publication, pinned ones apart.
    """

    listing: Listing
    ledger: Ledger
    item: type[Item]
    mode: str
    limits: Limits
    newest_first: bool = False
    owner: Item | None = None  # whose list it is; None = nobody's, or not asked
    subfolder: str = ""  # for its files, below the owner's folder
    raw: bool = False  # whether items keep the row they were read from
    newest: list[str] = field(default_factory=list)  # the frontier of the next run
    from_top: bool = True
    _keys: set[str] = field(default_factory=set)  # of the rows seen
    _places: set[Any] = field(default_factory=set)  # of the pages asked for
    _taken: int = 0  # works given away that lie within the limits
    _empty: int = 0  # pages in a row that show nothing new
    _doubts: int = 0  # times the current page was asked for again

    def __post_init__(self) -> None:
        self.listing.noun = self.item.noun

    def enter(self, endpoint: Endpoint) -> None:
        """The page of `endpoint` is asked for now."""
        if not self._places:
            self.from_top = not endpoint.place
        self._places.add(endpoint.place)
        self.listing.cursor = endpoint.place

    def expect(self, count: int | None) -> None:
        """Somebody counts so many works; only a whole walk can be held against that."""
        whole = self.from_top and not self.limits.interval
        if count is not None and whole:
            self.listing.expected = min(count, self.limits.max_counts or count)

    @property
    def complete(self) -> bool:
        """Whether all that is above the frontier was seen, and the list is known from its top."""
        limited = self.listing.stopped == "max_counts" or self.limits.interval
        return self.from_top and not limited and self.ledger.whole(self.listing.source)

    def belies(self, outcome: Outcome) -> bool:
        """Whether what was shown, of the list or of its owner, speaks against such a refusal."""
        owned = self.owner is not None and self.owner.state is Outcome.OK
        return outcome.explains and (
            bool(self.listing.seen) or (owned and outcome is Outcome.DELETED)
        )

    # One page

    def items(self, endpoint: Endpoint, page: Mapping[str, Any]) -> Iterator[Item]:
        """Yields what is new in one page.

        Raises:
            ProtocolError: the page holds no rows.
        """
        with readable():
            rows = endpoint.rows_of(page)
            if self.listing.expected is None:
                self.expect(endpoint.total_of(page))
        self._empty += 1
        for number, row in enumerate(rows):
            item = self._read(row, f"{self.listing.source}@{endpoint.place}#{number}")
            if item is None:
                continue
            self._note(item)
            yield item
            if self.limits.max_counts and self._taken >= self.limits.max_counts:
                self.listing.stopped = "max_counts"
                return

    def _read(self, row: Any, position: str) -> Item | None:
        """The item of a row; None where it was seen before or cannot be read."""
        try:
            with readable():
                item = self.item.of(row)
        except ProtocolError as error:
            if self._is_new(position):
                self._gap(position, Outcome.SCHEMA_CHANGED, str(error))
            return None
        if not self._is_new(item.key):
            return None
        item.mode = self.mode
        item.source = self.listing.source
        item.owner_sec_user_id, item.owner_nickname = (self.owner or item).folder
        item.subfolder = self.subfolder
        item.raw = scrubbed(row) if self.raw else None
        return item

    def _is_new(self, key: str) -> bool:
        new = key not in self._keys
        self._keys.add(key)
        self.listing.seen += new
        self._empty = 0 if new else self._empty
        return new

    def _note(self, item: Item) -> None:
        """Keeps count of a new work, and of where the walk is to stop."""
        published, interval = item.published, self.limits.interval
        within = not interval or not published or interval.contains(published)
        self._taken += within
        if self.listing.expected is not None:
            self.listing.expected = max(self.listing.expected - item.hanging, self.listing.seen)
        if within and item.state is not Outcome.OK:
            self._gap(item.key, item.state, f"the {item.noun} itself says so")
        if item.pinned:
            return
        if len(self.newest) < FRONTIER:
            self.newest.append(item.key)
        if item.key in self.limits.frontier:
            self.listing.stopped = "known"
        if self.newest_first and interval and published and published < interval.start:
            self.listing.stopped = "interval"

    # From one page to the next

    def following(self, endpoint: Endpoint, page: Mapping[str, Any]) -> Endpoint | None:
        """The page to ask for next; None where the walk ends, for better or worse.

        Raises:
            ProtocolError: the page does not say whether or where it goes on.
        """
        last = bool(self.listing.stopped) or self._ended(endpoint, page)
        # A page that says it is the last, before the owner's count is reached: ask once more.
        doubtful = last and self._cut_short and bool(endpoint.turns) and endpoint.rows_of(page)
        if last and not (doubtful and endpoint.goes_on(page)):
            self._end()
            return None
        if self._hopeless:
            why = "no more is asked for: nothing can be written"
            self.ledger.refuse(self.listing.source, Outcome.DISK, why, endpoint.place)
            return None
        following = self._jump(endpoint.turned(page))
        if following.place not in self._places and self._empty < EMPTY_PAGES:
            self._doubts = 0
            return following
        if self._counted or (endpoint.endless and endpoint.rows_of(page)):
            self._end()
            return None
        once_more = self.again(endpoint)
        if once_more is None:
            circle = "the list turns in circles"
            self.ledger.refuse(self.listing.source, Outcome.LIST_GAP, circle, endpoint.place)
        return once_more

    def _ended(self, endpoint: Endpoint, page: Mapping[str, Any]) -> bool:
        """Whether the list ends here; one whose rows were all seen need not say so."""
        try:
            return endpoint.ended(page)
        except ProtocolError:
            if self._counted:
                return True
            raise

    def again(self, endpoint: Endpoint) -> Endpoint | None:
        """The same page, in case its answer was a slip; None = it was asked for often enough."""
        self._doubts += 1
        return endpoint if self._doubts <= ONCE_MORE else None

    def _jump(self, following: Endpoint) -> Endpoint:
        """Over what is newer than the interval; the first page has shown the pinned works."""
        if not (self.newest_first and self.limits.interval):
            return following
        entered = following.entered(self.limits.interval.end + timedelta(seconds=1))
        return min(following, entered, key=lambda endpoint: endpoint.place)

    @property
    def _hopeless(self) -> bool:
        return sum(gap.outcome is Outcome.DISK for gap in self.ledger.gaps) >= HOPELESS

    @property
    def _counted(self) -> bool:
        """Whether as many rows were seen as somebody counts."""
        return self.listing.expected is not None and not self._cut_short

    @property
    def _cut_short(self) -> bool:
        return not self.listing.stopped and self.listing.seen < (self.listing.expected or 0)

    def _end(self) -> None:
        self.listing.finished = True
        if self.listing.stopped == "known" and self.listing.expected is not None:
            self.listing.expected = self.listing.seen  # the rest was an earlier run's
        source, seen, expected = self.listing.source, self.listing.seen, self.listing.expected
        hidden = self.owner is not None and self.owner.state is Outcome.PRIVATE and not seen
        if hidden and expected is None:
            self._gap(
                source, Outcome.PRIVATE, "nothing is shown, and nobody says how much there is"
            )
        elif self._cut_short:
            outcome = Outcome.PRIVATE if hidden else Outcome.LIST_GAP
            detail = f"the list ended after {seen} of {expected}"
            self._gap(source, outcome, detail, count=(expected or 0) - seen)

    def _gap(self, key: str, outcome: Outcome, detail: str, count: int = 1) -> None:
        self.ledger.gap(key, outcome, detail, count=count, source=self.listing.source)
