"""ApiSpider: the one way from what a user names to items, and the one paging loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, ClassVar, Self, TypeVar, get_type_hints
from urllib.parse import urljoin

from pydantic import ValidationError
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from f2scrapy.archive import Archive
from f2scrapy.args import Args, ListArgs, checked
from f2scrapy.config import spider_defaults, spider_settings
from f2scrapy.endpoint import Endpoint, Login
from f2scrapy.errors import InputError, Outcome, ProtocolError, Refused
from f2scrapy.extensions.ledger import Ledger, Listing
from f2scrapy.identity import Identity
from f2scrapy.item import Item
from f2scrapy.request import api, network_errors, page

_Endpoint = TypeVar("_Endpoint", bound=Endpoint)

HOPS = 5  # redirects a short link may take
EMPTY_PAGES = 5  # empty pages in a row that still claim to have more
ONCE_MORE = 2  # times a page is asked for again that makes no sense
FRONTIER = 20  # newest works remembered, so that some are left when others are deleted


@dataclass
class Target:
    """One thing the user named, and where the walk through it stands."""

    id: str
    listing: Listing
    owner: Item | None = None  # whose list it is; None = nobody's, or not asked
    frontier: frozenset[str] = frozenset()  # keys at which everything below is archived
    keys: set[str] = field(default_factory=set)  # seen in this run
    newest: list[str] = field(default_factory=list)  # the frontier of the next run
    cursors: set[Any] = field(default_factory=set)  # pages asked for
    taken: int = 0  # works given to the pipelines
    empty: int = 0  # empty pages in a row
    doubts: int = 0  # times the current page was asked for again


class ApiSpider(Spider):
    """Base of all spiders: subclasses declare what a link means, what is asked, what comes.

    A list is walked page by page until the platform says it ends, or until `max_counts`, the
    start of `interval`, or what the archive already holds is reached. Whatever else ends it, or
    is missing in it, goes to the ledger.
    """

    mode: ClassVar[str]  # folder below F2_PATH/<platform>
    args: Args  # the annotation validates the arguments
    item: ClassVar[type[Item]]  # what a row becomes
    wants: ClassVar[tuple[str, ...]]  # kinds of link it takes, as links.py names them
    owner_item: ClassVar[type[Item] | None] = None  # what the owner's answer becomes
    counted_by: ClassVar[str] = ""  # field of the owner that counts the rows; "" = none does
    newest_first: ClassVar[bool] = False  # rows come by create_time, pinned ones apart

    # What a spider declares

    def first(self, target_id: str) -> Endpoint:
        """The first page of what `target_id` names."""
        raise NotImplementedError

    def owner(self, target_id: str) -> Endpoint | None:  # noqa: ARG002 - nobody's by default
        """Who to ask about before the list: names the folder and counts the works."""
        return None

    def begin(self, endpoint: _Endpoint) -> _Endpoint:
        """The endpoint entered where `max_cursor` or `interval` says, with `page_counts` rows."""
        wishes: dict[str, Any] = {}
        interval = getattr(self.args, "interval", None)
        if cursor := getattr(self.args, "max_cursor", 0):
            wishes[endpoint.cursor] = cursor
        elif interval and self.newest_first:
            wishes[endpoint.cursor] = int(interval.end.timestamp() * 1000)
        if page_counts := getattr(self.args, "page_counts", None):
            wishes["count"] = page_counts
        return endpoint.model_copy(update=wishes)

    # From arguments to requests

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name)
        given = {key: value for key, value in values.items() if not key.startswith("_")}
        self.args = checked(get_type_hints(type(self))["args"], given)
        self.platform = self.name.partition("_")[0]
        self.targets: list[Target] = []
        self.links = import_module(f"f2scrapy.{self.platform}.links")
        self.found = self.links.find(self.args.text)
        if not any(link.kind in {*self.wants, "short"} for link in self.found):
            raise InputError(f"-a url={self.args.url}: {self._why_unusable(self.found)}")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        defaults = spider_defaults(crawler.settings, cls.name, get_type_hints(cls)["args"])
        return super().from_crawler(crawler, *args, **defaults | kwargs)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        spider_settings(settings, cls.name)

    @classmethod
    def check(cls, settings: BaseSettings, values: dict[str, str]) -> None:
        """Find what is wrong with the arguments, before anything starts.

        Raises:
            InputError: something is.
        """
        cls(**spider_defaults(settings, cls.name, get_type_hints(cls)["args"]) | values)

    async def start(self) -> AsyncIterator[Request]:
        ledger = self.crawler.get_extension(Ledger)
        assert ledger is not None
        self.ledger = ledger
        self.archive = Archive.of(self.crawler)
        async for target_id in self._target_ids():
            request = self._open(target_id)
            if request:
                yield request

    async def _target_ids(self) -> AsyncIterator[str]:
        given: set[str] = set()
        for link in self.found:
            stands_for = await self._follow(link.id) if link.kind == "short" else [link]
            wanted = next((one.id for one in stands_for if one.kind in self.wants), None)
            if wanted is None and link.kind == "short":
                self.ledger.gap(link.id, Outcome.BAD_INPUT, self._why_unusable(stands_for))
            if wanted is not None and wanted not in given:
                given.add(wanted)
                yield wanted

    def _why_unusable(self, links: list[Any]) -> str:
        kinds = " and ".join(sorted({link.kind for link in links}))
        holds = f"this holds {kinds}" if kinds else "this holds no link or id of the platform"
        return f"{holds}; {self.name} wants {' or '.join(self.wants)}"

    async def _follow(self, url: str) -> list[Any]:
        """What a short link stands for; every hop is checked before it is taken."""
        for _ in range(HOPS):
            answer = await self.crawler.engine.download_async(page(url, self.platform))
            location = answer.headers.get("Location")
            if not location:
                return []
            url = urljoin(url, location.decode("latin-1"))
            if not self.links.is_ours(url):
                return []
            links = [link for link in self.links.find(url) if link.kind != "short"]
            if links:
                return links
        return []

    def _open(self, target_id: str) -> Request | None:
        source = f"{self.platform}:{self.mode}:{target_id}"
        target = Target(target_id, self.ledger.listing(source))
        self.targets.append(target)
        first = self.first(target_id)
        if first.login is Login.ACCOUNT and not Identity.of(self.crawler).logged_in:
            self._refuse(target, Outcome.LOGIN_REQUIRED, "no account cookie is there", first)
            return None
        if self._updates:
            target.frontier = self.archive.frontier(self._list_id(target))
        owner = self.owner(target_id)
        if owner is None:
            return self._ask(first, target)
        return api(
            owner,
            callback=self.parse_owner,
            errback=self.failed,
            dont_filter=True,
            cb_kwargs={"endpoint": owner, "target": target, "first": first},
        )

    def _ask(self, endpoint: Endpoint, target: Target) -> Request:
        target.cursors.add(endpoint.place)
        target.listing.cursor = endpoint.place
        return api(
            endpoint,
            callback=self.parse,
            errback=self.failed,
            dont_filter=True,
            cb_kwargs={"endpoint": endpoint, "target": target},
        )

    # From answers to items

    def parse_owner(
        self, response: Response, endpoint: Endpoint, target: Target, first: Endpoint
    ) -> Iterator[Request]:
        """Takes the owner's name and count, then asks for the list."""
        assert self.owner_item is not None
        try:
            target.owner = self.owner_item.model_validate(
                endpoint.rows_of(response.meta["page"])[0]
            )
        except (ProtocolError, ValidationError) as error:
            self._refuse(target, Outcome.SCHEMA_CHANGED, _first_line(error), endpoint)
            return
        target.listing.expected = getattr(target.owner, self.counted_by, None)
        yield self._ask(first, target)

    def parse(
        self, response: Response, endpoint: Endpoint, target: Target
    ) -> Iterator[Item | Request]:
        """Yields the items of one page, then the request for the next."""
        page = response.meta["page"]
        try:
            rows = endpoint.rows_of(page)
            yield from self._items(rows, target)
            following = self._following(endpoint, page, rows, target)
        except ProtocolError as error:
            following = self._doubt(endpoint, target, Outcome.SCHEMA_CHANGED, str(error))
        if following is not None:
            yield self._ask(following, target)

    def _items(self, rows: list[Any], target: Target) -> Iterator[Item]:
        target.empty = 0 if rows else target.empty + 1
        for row in rows:
            item = self._item(row, target)
            if item is None or item.key in target.keys:
                continue
            target.keys.add(item.key)
            target.listing.seen += 1
            self._note(item, target)
            if target.listing.stopped == "max_counts":
                return
            yield item

    def _item(self, row: Any, target: Target) -> Item | None:
        try:
            item = self.item.model_validate(row)
        except ValidationError as error:
            target.listing.seen += 1
            key = f"{target.listing.source}#{target.listing.seen}"
            self._gap(key, Outcome.SCHEMA_CHANGED, _first_line(error), target)
            return None
        owner = target.owner or item
        item.mode = self.mode
        item.source = target.listing.source
        item.owner_sec_user_id = getattr(owner, "sec_user_id", "")
        item.owner_nickname = getattr(owner, "nickname", "")
        return item

    def _note(self, item: Item, target: Target) -> None:
        """Keeps count of one new row, and of where the walk is to stop."""
        if item.state is not Outcome.OK:
            self._gap(item.key, item.state, "the work itself says so", target)
        if len(target.newest) < FRONTIER and not item.pinned:
            target.newest.append(item.key)
        if item.key in target.frontier:
            target.listing.stopped = "known"
        if isinstance(self.args, ListArgs):
            self._limit(self.args, item, target)

    def _limit(self, args: ListArgs, item: Item, target: Target) -> None:
        within = not args.interval or not item.published or args.interval.contains(item.published)
        if within and args.max_counts and target.taken == args.max_counts:
            target.listing.stopped = "max_counts"
        target.taken += within
        older = args.interval and item.published and item.published < args.interval.start
        if older and self.newest_first and not item.pinned:
            target.listing.stopped = "interval"

    # From one page to the next

    def _following(
        self, endpoint: Endpoint, page: dict[str, Any], rows: list[Any], target: Target
    ) -> Endpoint | None:
        following = None if target.listing.stopped else endpoint.next(page)
        if following is None and self._cut_short(target) and rows:
            # A page that says it is the last, before the owner's count is reached: ask once more.
            following = endpoint.next(page | {"has_more": 1})
        if following is None:
            self._end(target)
            return None
        if following.place in target.cursors or target.empty >= EMPTY_PAGES:
            return self._doubt(endpoint, target, Outcome.LIST_GAP, "the list turns in circles")
        target.doubts = 0
        return following

    def _doubt(
        self, endpoint: Endpoint, target: Target, outcome: Outcome, seen: str
    ) -> Endpoint | None:
        """The same page once more, in case its answer was a slip; or the end of this walk."""
        target.doubts += 1
        if target.doubts <= ONCE_MORE:
            return endpoint
        self._refuse(target, outcome, seen, endpoint)
        return None

    def _cut_short(self, target: Target) -> bool:
        listing = target.listing
        return not listing.stopped and listing.seen < (listing.expected or 0)

    def _end(self, target: Target) -> None:
        listing = target.listing
        listing.finished = True
        if not self._cut_short(target):
            return
        missing = (listing.expected or 0) - listing.seen
        owner_hides = target.owner is not None and target.owner.state is Outcome.PRIVATE
        outcome = Outcome.PRIVATE if owner_hides else Outcome.LIST_GAP
        seen = f"the list ended after {listing.seen} of {listing.expected}"
        self.ledger.gap(listing.source, outcome, seen, count=missing, source=listing.source)

    # What goes wrong

    def failed(self, failure: Failure) -> None:
        """Errback of every request: the walk through this target ends here."""
        kwargs = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy adds it
        error = failure.value
        if isinstance(error, Refused):
            outcome, seen = error.outcome, error.seen
        else:
            network = isinstance(error, network_errors(self.settings))
            outcome = Outcome.NETWORK if network else Outcome.INTERNAL
            seen = f"{type(error).__name__}: {error}"
        self._refuse(kwargs["target"], outcome, seen, kwargs["endpoint"])

    def _refuse(self, target: Target, outcome: Outcome, seen: str, endpoint: Endpoint) -> None:
        self.ledger.refuse(target.listing.source, outcome, seen, endpoint.place)

    def _gap(self, key: str, outcome: Outcome, detail: str, target: Target) -> None:
        self.ledger.gap(key, outcome, detail, source=target.listing.source)

    # What the next run is to know

    @property
    def _updates(self) -> bool:
        if not isinstance(self.args, ListArgs):
            return False
        if self.args.update is not None:
            return self.args.update
        options = self.settings
        everything = options.getbool("F2_RENAME") or options.getbool("F2_UPGRADE")
        return bool(options.getlist("F2_MEDIA")) and not everything

    def _list_id(self, target: Target) -> str:
        """The list and what was wanted of it: other kinds of files make it another list."""
        kinds = ",".join(sorted(self.settings.getlist("F2_MEDIA")))
        interval = getattr(self.args, "interval", None)
        span = f"{interval.start:%Y%m%d}-{interval.end:%Y%m%d}" if interval else "all"
        return f"{target.listing.source}|{kinds}|{span}"

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's signature
        """Remembers how far each list is archived without a hole."""
        for target in self.targets:
            if target.listing.stopped != "max_counts" and self.ledger.whole(target.listing.source):
                self.archive.finish_list(self._list_id(target), target.newest)


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        fault = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
    return str(error)
