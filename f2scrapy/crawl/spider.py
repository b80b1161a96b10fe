"""ApiSpider: the one way from what a user names to items."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self, get_type_hints
from weakref import WeakKeyDictionary

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from f2scrapy.api.identity import Identity
from f2scrapy.api.redirects import HOPS, barred, onward
from f2scrapy.crawl.addon import get_user_file
from f2scrapy.crawl.arguments import Args, PaginationArgs, parse_arguments
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.fetch_item import read_site_page
from f2scrapy.crawl.pagination import Limits, Pagination
from f2scrapy.crawl.requests import ApiCall, api_request, get_purpose, network_errors, page_request
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.sections import apply_spider_options, read_spider_arguments
from f2scrapy.crawl.shared import get_archive, get_identity, get_options
from f2scrapy.crawl.targets import (
    Targets,
    describe_other,
    explain_unusable,
    find_targets,
)
from f2scrapy.errors import InputError, Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Endpoint, Login, convert_errors
from f2scrapy.model.item import Account, Item
from f2scrapy.model.link import OWN, Link
from f2scrapy.platforms import find_platform, get_platform
from f2scrapy.text import describe_error, format_redacted_traceback

Results = AsyncIterator[Item | Request]


class Owner(NamedTuple):
    """What to ask about before a list: its answer names the folder and counts the rows."""

    endpoint: Endpoint
    item: type[Item]  # what the answer becomes


class ChildList(NamedTuple):
    """A list that belongs to an item of another list, such as the replies to a comment."""

    name: str  # of the list within the other, such as the comment's id
    first_page: Endpoint
    item: type[Item]  # what a row becomes
    expected: int | None = None  # rows; None = not known
    subfolder: str = ""  # for its files, below the owner's folder


class ApiSpider(Spider):
    """Base of all spiders: subclasses declare what a link means, what is asked, what comes.

    Each link becomes a list to read (`pagination.py`), even if it is one thing. Whatever ends a
    list early, or is missing in it, goes to the run log.
    """

    mode: ClassVar[str]  # folder below F2_PATH/<platform>
    args: Args  # the annotation validates the arguments
    item: ClassVar[type[Item]]  # what a row becomes
    endpoints: ClassVar[tuple[type[Endpoint], ...]]  # those that may be asked for a first page
    wants: ClassVar[tuple[str, ...]] = ()  # kinds of link it takes, as links.py names them
    defaults: ClassVar[Mapping[str, Any]] = {}  # options whose default is another for it
    newest_first: ClassVar[bool] = False  # rows come by create_time, pinned ones apart
    new_on_top: ClassVar[bool] = False  # new rows come first, whatever their create_time
    index: ClassVar[bool] = False  # rows name lists below them: all are read, none is yielded

    # What a subclass says

    def build_first_page(self, link: Link) -> Endpoint:
        """Return the first page of what `link` names."""
        raise NotImplementedError

    def find_owner(self, link: Link) -> Owner | None:  # noqa: ARG002 - none by default
        """Return what to ask about before the list; None = nothing."""
        return None

    def build_first_page_for(self, link: Link, owner: Any) -> Endpoint:  # noqa: ARG002
        """Return the first page where it depends on the owner that `find_owner` asked about.

        Raises:
            InputError: there is no such list.
        """
        return self.build_first_page(link)

    def resolve_link(self, link: Link, owner: Any) -> Link:
        """Return the link to file a list under once its owner is known; ids do not change."""
        return Link("sec_user_id", owner.sec_user_id) if link.kind == "unique_id" else link

    def get_subfolder(self, link: Link) -> str:  # noqa: ARG002 - none by default
        """Return the folder of the list's files below the owner's; "" = none of its own."""
        return ""

    def count_expected(self, owner: Any) -> int | None:  # noqa: ARG002 - not known by default
        """Return how many rows the list has by its owner's count; None = not known."""
        return None

    def get_child_list(self, item: Item) -> ChildList | None:  # noqa: ARG002 - none by default
        """Return the list that belongs to an item; None = there is none, or it is not wanted."""
        return None

    def finish_list(self, pagination: Pagination) -> Iterator[Request]:  # noqa: ARG002
        """Yield requests that are due once a list was read to its end."""
        yield from ()

    # Arguments

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name)
        given = {key: value for key, value in values.items() if not key.startswith("_")}
        self.args = parse_arguments(get_type_hints(type(self))["args"], given)
        self.platform = find_platform(self.name)
        self.links = get_platform(self.platform).links
        self.targets = self.find_targets()
        self.paginations: dict[str, Pagination] = {}  # by source
        self.opened: set[str] = set()  # sources whose reading has begun, or is to begin
        self._check_arguments()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build the spider, with the arguments of the user's file as defaults; once per crawler."""
        spider = _SPIDERS.pop(crawler, None)
        if spider is None:
            file, kind = get_user_file(crawler.settings), get_type_hints(cls)["args"]
            given = read_spider_arguments(file, cls.name, kind) | kwargs
            spider = super().from_crawler(crawler, *args, **given)
        assert isinstance(spider, cls)
        return spider

    @classmethod
    def prepare(cls, crawler: Crawler, **values: Any) -> None:
        """Build the spider before the crawl, which will take it.

        Raises:
            InputError: an argument cannot be used.
        """
        _SPIDERS[crawler] = cls.from_crawler(crawler, **values)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        apply_spider_options(settings, cls.name, cls.defaults)

    @classmethod
    def needs_account(cls) -> bool:
        """Whether all it asks for needs an account: a guest is refused before anything is asked."""
        return all(endpoint.login is Login.ACCOUNT for endpoint in cls.endpoints)

    def find_targets(self) -> Targets:
        """Return what the user named."""
        return find_targets(self.args, self.links, self.wants)

    def _check_arguments(self) -> None:
        if not self.targets.links:
            text = "".join(self.targets.unusable[:1])
            raise InputError(f"-a url={text}: {self._explain(text)}")
        if rows := getattr(self.args, "page_counts", None):
            for endpoint in self.endpoints:
                endpoint.check_page_size(rows)
        for link in self.targets.links:
            if link.kind != "short" and self._owner_of(link) is None:
                self._enter(self.build_first_page(link))

    def _explain(self, text: str) -> str:
        return explain_unusable(text, self.name, self.platform, self.wants)

    def _enter(self, endpoint: Endpoint) -> Endpoint:
        """Return a first page with the cursor and the size that the arguments ask for.

        Raises:
            InputError: the interface has no such cursor or size.
        """
        if cursor := getattr(self.args, "max_cursor", 0):
            endpoint = endpoint.resume_at(cursor)
        rows = getattr(self.args, "page_counts", None)
        return endpoint.with_page_size(rows) if rows else endpoint

    def _owner_of(self, link: Link) -> Owner | None:
        return None if link == OWN else self.find_owner(link)

    # From links to requests

    async def start(self) -> AsyncIterator[Request]:
        self.run_log: RunLog = get_run_log(self.crawler)
        self.archive = get_archive(self.crawler)
        self.options = get_options(self.crawler)
        self._report_login(get_identity(self.crawler))
        for text in self.targets.unusable:
            self.run_log.add_gap(text, Outcome.BAD_INPUT, self._explain(text))
        for link in self.targets.links:
            self.run_log.get_listing(self._source(link))  # none is lost if the run breaks off
        for link in self.targets.links:
            short = link.kind == "short"
            for request in self._follow(link, link.id) if short else self._open(link):
                yield request

    def _report_login(self, identity: Identity) -> None:
        """Say that cookies do not help: a guest may see less than the account."""
        if identity.logged_in or self.needs_account():
            return
        if identity.no_login is Outcome.COOKIE_EXPIRED:
            self.logger.warning("Going on as a guest. %s", Outcome.COOKIE_EXPIRED.advice)
        elif self.options.cookies and not identity.account:
            self.logger.info("Going on as a guest: F2_COOKIES holds none of %s.", self.platform)

    def _source(self, link: Link) -> str:
        return f"{self.platform}:{self.mode}:{link.id}"

    def _follow(self, link: Link, url: str, hops: int = 0) -> Iterator[Request]:
        kwargs = {"link": link, "hops": hops}
        yield page_request(url, callback=self.parse_hop, errback=self.failed, cb_kwargs=kwargs)

    def parse_hop(self, response: Response, link: Link, hops: int) -> Iterator[Request]:
        """Follow a short link; every hop is checked before it is taken."""
        source, there = self._source(link), self._redirect_target(response)
        found = [one for one in self.links.find(there) if one.kind in self.wants]
        refused = barred(self.links, response.status, there, response.body)
        if found:
            self.run_log.forget_listing(source)  # it is filed under its own link from now on
            yield from self._open(found[0])
        elif refused:
            self.run_log.add_refusal(source, refused.outcome, refused.detail)
        elif there and hops + 1 < HOPS:
            yield from self._follow(link, there, hops + 1)
        else:
            end = there or response.url
            other = describe_other(end, self.name, self.platform, self.wants)
            what = other or f"nothing of {self.platform}"
            self.run_log.add_refusal(source, Outcome.BAD_INPUT, f"leads to {what}")

    def _redirect_target(self, response: Response) -> str:
        """Return where a redirect leads; "" = nowhere on the platform."""
        location = response.headers.get("Location") or b""
        return onward(self.links, response.url, location.decode("latin-1"))

    def _open(self, link: Link) -> Iterator[Request]:
        """Yield the request that opens the list of a link: for its owner, or its first page."""
        source = self._source(link)
        if source in self.opened:
            return
        self.opened.add(source)
        self.run_log.get_listing(source)
        identity = get_identity(self.crawler)
        if not identity.logged_in and self.needs_account():
            why = "this interface is for accounts only"
            self.run_log.add_refusal(source, identity.no_login, why)
            return
        owner = self._owner_of(link)
        if owner is None:
            first_page = self._enter(self.build_first_page(link))
            account = Account() if link == OWN else None
            yield self._start_list(link, first_page, owner=account)
            return
        kwargs = {"owner": owner, "link": link}
        yield api_request(
            owner.endpoint, callback=self.parse_owner, errback=self.failed, cb_kwargs=kwargs
        )

    def _start_list(self, link: Link, first_page: Endpoint, **known: Any) -> Request:
        subfolder = self.get_subfolder(link)
        return self._paginate(self._source(link), self.item, first_page, subfolder, **known)

    def _start_child(self, child: ChildList, parent: Pagination) -> Request:
        source = f"{parent.listing.source}/{child.name}"
        known = {"owner": parent.owner, "expected": child.expected}
        return self._paginate(source, child.item, child.first_page, child.subfolder, **known)

    def _paginate(
        self, source: str, item: type[Item], first_page: Endpoint, subfolder: str, **known: Any
    ) -> Request:
        """Return the request of a list's first page; `known` are its owner and expected count."""
        listing = self.run_log.get_listing(source)
        listing.index = self._is_index(item)
        pagination = self.paginations[source] = Pagination(
            listing, self.run_log, item, self.mode, first_page, self._limits(source, item),
            subfolder=subfolder, newest_first=self.newest_first, keeps_rows=self.options.raw,
            **known,
        )  # fmt: skip
        return self._request_page(first_page, pagination)

    def _request_page(self, endpoint: Endpoint, pagination: Pagination) -> Request:
        pagination.start_page(endpoint)
        kwargs = {"endpoint": endpoint, "source": pagination.listing.source}
        return api_request(endpoint, errback=self.failed, cb_kwargs=kwargs)

    def _limits(self, source: str, item: type[Item]) -> Limits:
        if not isinstance(self.args, PaginationArgs) or self._is_index(item):
            return Limits()
        known = self._stops_at_known(self.args)
        keys = self.archive.get_known_keys(self._list_id(source)) if known else frozenset()
        return Limits(self.args.max_counts, self.args.interval, keys)

    def _is_index(self, item: type[Item]) -> bool:
        return self.index and item is self.item

    # From answers to items

    async def parse_owner(self, response: Response, **kwargs: Any) -> Results:
        """Read the owner's name and count, then yield the request of the list."""
        async for request in self._read(self._read_owner, response, kwargs):
            yield request

    async def parse(self, response: Response, **kwargs: Any) -> Results:
        """Yield the items of one page, then the request of the next."""
        async for result in self._read(self._read_page, response, kwargs):
            yield result

    def _read_owner(self, answer: Mapping[str, Any], owner: Owner, link: Link) -> Iterator[Request]:
        item = owner.item.parse_answer(owner.endpoint, answer)
        try:
            resolved = self.resolve_link(link, item)
            first_page = self._enter(self.build_first_page_for(resolved, item))
        except InputError as error:
            self.run_log.add_refusal(self._source(link), Outcome.BAD_INPUT, str(error))
            return
        if resolved == link or self._rename_source(link, resolved):
            expected = self.count_expected(item)
            yield self._start_list(resolved, first_page, owner=item, expected=expected)

    def _rename_source(self, link: Link, resolved: Link) -> bool:
        """File a list under `resolved` from now on; False = that list is read already."""
        self.run_log.forget_listing(self._source(link))
        source = self._source(resolved)
        new = source not in self.opened
        self.opened.add(source)
        return new

    def _read_page(
        self, answer: Mapping[str, Any], endpoint: Endpoint, source: str
    ) -> Iterator[Item | Request]:
        pagination = self.paginations[source]
        try:
            for item in pagination.read_page(endpoint, answer):
                if not self._is_index(pagination.item):
                    yield item
                child = self.get_child_list(item)
                if child is not None:
                    yield self._start_child(child, pagination)
            with convert_errors():
                following = pagination.next_page(endpoint, answer)
        except ProtocolError:
            following = pagination.repeat_page(endpoint)
            if following is None:
                raise
        if following is not None:
            yield self._request_page(following, pagination)
        elif pagination.listing.finished:
            yield from self.finish_list(pagination)

    async def _read(
        self, read: Callable[..., Iterator[Any]], response: Response, kwargs: dict[str, Any]
    ) -> Results:
        assert response.request is not None
        try:
            for result in read(response.meta["answer"], **kwargs):
                yield result
        except ProtocolError as error:
            refused = Refused(Outcome.SCHEMA_CHANGED, str(error))
            async for result in self._read_instead(response.request, refused):
                yield result

    # Refusals

    async def failed(self, failure: Failure) -> Results:
        """Handle every request that brings no answer (Scrapy's errback)."""
        error = failure.value
        assert error is not None
        if isinstance(error, network_errors(self.settings)):
            error = Refused(Outcome.NETWORK, describe_error(error))
        elif not isinstance(error, Refused):
            self.logger.error("%s", format_redacted_traceback(error))
            error = Refused(Outcome.INTERNAL, describe_error(error))
        request = failure.request  # type: ignore[attr-defined]  # Scrapy's
        async for result in self._read_instead(request, error):
            yield result

    async def _read_instead(self, request: Request, refused: Refused) -> Results:
        """Read the site's page in place of an answer; if it does not help, the list ends here."""
        kwargs, purpose = request.cb_kwargs, get_purpose(request)
        try:
            if not isinstance(purpose, ApiCall):
                raise refused
            answer = await read_site_page(self.crawler, self.links, purpose.endpoint, refused)
            self.crawler.stats.inc_value("f2/from_page")
            self.logger.info("%s; read from the site's page instead", refused)
            if "source" in kwargs:
                self.run_log.get_listing(kwargs["source"]).origin = "page"
            read = self._read_owner if "owner" in kwargs else self._read_page
            for result in read(answer, **kwargs):
                yield result
        except ProtocolError:
            self._give_up(kwargs, refused)
        except Refused as final:
            self._give_up(kwargs, final)

    def _give_up(self, kwargs: dict[str, Any], refused: Refused) -> None:
        source = kwargs["source"] if "source" in kwargs else self._source(kwargs["link"])
        cursor = self.run_log.get_listing(source).cursor
        pagination = self.paginations.get(source)
        if pagination is not None and pagination.contradicts(refused.outcome):
            refused = Refused(Outcome.LIST_GAP, f"{refused}, though there is something")
        self.run_log.add_refusal(source, refused.outcome, refused.detail, cursor)

    # What the next run has to know

    def _stops_at_known(self, args: PaginationArgs) -> bool:
        """Whether to stop at archived works; sound only if new works come on top."""
        sound = self.newest_first or self.new_on_top
        if args.update is not None or not sound:
            return bool(args.update) and sound
        everything = self.options.rename or self.options.upgrade
        return bool(self.options.media) and not everything

    def _list_id(self, source: str) -> str:
        """Return the list's name in the archive: other kinds of files make it another list."""
        return f"{source}|{','.join(sorted(self.options.media))}"

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's signature
        """Remember how far each list is archived without a gap."""
        for source, pagination in self.paginations.items():
            if isinstance(self.args, PaginationArgs) and pagination.is_complete:
                self._remember_list(source, pagination)

    def _remember_list(self, source: str, pagination: Pagination) -> None:
        try:
            self.archive.finish_list(self._list_id(source), pagination.newest)
        except OSError as error:  # Scrapy would log a traceback
            detail = f"not remembered as complete: {error.strerror}"
            self.run_log.add_gap(source, Outcome.DISK, detail)


_SPIDERS: WeakKeyDictionary[Crawler, ApiSpider] = WeakKeyDictionary()  # see `prepare`
