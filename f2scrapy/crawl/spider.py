"""Turn links of users into requests, and answers into items; the base of all spiders."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from f2scrapy.api.elsewhere import read_elsewhere
from f2scrapy.api.redirects import redirect_target
from f2scrapy.crawl.arguments import PaginationArgs
from f2scrapy.crawl.browser.route import get_browser_route
from f2scrapy.crawl.declaration import ChildList, ListSpider, Owner
from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.fetch_item import EngineFetcher
from f2scrapy.crawl.item_filter import ItemFilter
from f2scrapy.crawl.known_works import KnownWorks
from f2scrapy.crawl.list_memory import ListMemory
from f2scrapy.crawl.own_account import check_account, name_owner, needs_owner
from f2scrapy.crawl.pagination import Limits, Pagination
from f2scrapy.crawl.reading import get_reading_log
from f2scrapy.crawl.requests import (
    ApiCall,
    get_network_errors,
    get_purpose,
    is_stopping,
    let_out,
    make_api_request,
    make_page_request,
)
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive, get_gate, get_identity, get_options
from f2scrapy.crawl.short_links import classify_hop
from f2scrapy.crawl.targets import Targets, explain_unusable, find_targets
from f2scrapy.errors import InputError, Outcome, ProtocolError, Refused
from f2scrapy.model.account import LoginState
from f2scrapy.model.endpoint import Endpoint, convert_errors
from f2scrapy.model.item import Account, Item
from f2scrapy.model.link import OWN, Link
from f2scrapy.platforms import find_platform, get_platform
from f2scrapy.text import describe_error, format_redacted_traceback, pluralize

_PLACES = {"open": "the channel of open.douyin.com", "page": "the site's page"}
Results = AsyncIterator[Item | Request]


class ApiSpider(ListSpider):
    """Base of all spiders: a subclass declares its links, endpoints and items.

    Each link becomes a list to read (`pagination.py`), even if it has one row. Missing rows, and
    refusals that end a list early, go to the run log.
    """

    # Arguments

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name, **values)
        self.platform = find_platform(self.name)
        self.links = get_platform(self.platform).links
        self.targets = self.find_targets()
        self.paginations: dict[str, Pagination] = {}  # by source
        self.renamed: dict[str, str] = {}  # sources as the user named them, and as they are
        self.opened: set[str] = set()  # sources that are being read, or will be
        self._check_arguments()

    def find_targets(self) -> Targets:
        """Return the links in the arguments."""
        return find_targets(self.args, self.links, self.wants)

    def _check_arguments(self) -> None:
        if not self.targets.links:
            text = "".join(self.targets.unusable[:1])
            raise InputError(f"-a url={text}: {self._explain(text)}")
        if rows := getattr(self.args, "page_counts", None):
            for endpoint in self.endpoints:
                endpoint.check_page_size(rows)
        for link in self.targets.links:
            later = link.kind == "short" or needs_owner(link, self.args)
            if not later and self._find_owner_of(link) is None:
                self._apply_paging(self.build_first_page(link))

    def _explain(self, text: str) -> str:
        return explain_unusable(text, self.name, self.platform, self.wants)

    def _apply_paging(self, endpoint: Endpoint) -> Endpoint:
        """Return a first page with the cursor and the page size of the arguments.

        Raises:
            InputError: the interface has no such cursor or size.
        """
        if cursor := getattr(self.args, "max_cursor", 0):
            endpoint = endpoint.resume_at(cursor)
        rows = getattr(self.args, "page_counts", None)
        return endpoint.with_page_size(rows) if rows else endpoint

    def _find_owner_of(self, link: Link) -> Owner | None:
        return None if link == OWN else self.find_owner(link)

    # From links to requests

    async def start(self) -> AsyncIterator[Request]:
        self.run_log: RunLog = get_run_log(self.crawler)
        self.options = get_options(self.crawler)
        self.reading = get_reading_log(self.crawler)
        self.run_log.continues = not self.reading.is_idle
        new_first = self.newest_first or self.new_on_top
        self.known = KnownWorks(get_archive(self.crawler), self.options, new_first)
        browser = get_browser_route(self.crawler)
        browser.warn_without_window()
        if browser.lends_at_once:
            await browser.lend("The run begins")
        self.login = await check_account(self.crawler, needs_account=self.needs_account())
        self.run_log.login = self.login.state
        if self.login.state in (LoginState.VALID, LoginState.UNCHECKED):
            self.run_log.login_end = get_identity(self.crawler).login_end
        links = name_owner(self.targets.links, self.args, self.login)
        self.targets = self.targets._replace(links=links)
        for text in self.targets.unusable:
            self.run_log.add_gap(text, Outcome.BAD_INPUT, self._explain(text))
        for link in self.targets.links:
            self.run_log.get_listing(self.get_source(link))  # none is lost if the run breaks off
        archive = get_archive(self.crawler)
        archive.is_stopping = lambda: is_stopping(self.crawler)
        for link in await archive.run(self._order_links):
            short = link.kind == "short"
            for request in self._follow(link, link.id) if short else self._open(link):
                yield request

    def _order_links(self) -> list[Link]:
        """Return the links in the order to read them: unfinished lists of earlier runs first.

        Lists that were refused come after those that were not begun: a list that is always
        refused would end each run before the others.
        """
        refused = get_archive(self.crawler).get_unfinished() if len(self.targets.links) > 1 else {}
        ranks = {link: refused.get(self.get_source(link), 2) for link in self.targets.links}
        if count := sum(rank < 2 for rank in ranks.values()):
            lists = pluralize(count, "list")
            self.logger.info("%s that an earlier run did not finish first", lists)
        return sorted(self.targets.links, key=ranks.__getitem__)

    def get_source(self, link: Link) -> str:
        """Return the source of the list of a link, such as "douyin:post:MS4w…"."""
        return f"{self.platform}:{self.mode}:{link.id}"

    def _follow(self, link: Link, url: str, hops: int = 0) -> Iterator[Request]:
        kwargs = {"link": link, "hops": hops}
        yield make_page_request(
            url, callback=self.parse_hop, errback=self.handle_failure, cb_kwargs=kwargs
        )

    def parse_hop(self, response: Response, link: Link, hops: int) -> Iterator[Request]:
        """Follow a short link by one redirect, or open the list of the link it leads to."""
        source, target = self.get_source(link), self.get_redirect_target(response)
        match classify_hop(response, target, hops, spider=self.name, wants=self.wants):
            case Link() as found:
                self.run_log.forget_listing(source)  # it gets the source of its own link
                self.renamed[source] = self.get_source(found)
                yield from self._open(found)
            case Refused() as refused:
                self.run_log.add_refusal(source, refused.outcome, refused.detail)
            case next_url:
                yield from self._follow(link, next_url, hops + 1)

    def get_redirect_target(self, response: Response) -> str:
        """Return the redirect target, or "" if it leaves the platform."""
        location = response.headers.get("Location") or b""
        return redirect_target(self.links, response.url, location.decode("latin-1"))

    def _open(self, link: Link) -> Iterator[Request]:
        """Yield the first request for the list of a link: its owner, or its first page."""
        source = self.get_source(link)
        if source in self.opened:
            return
        self.opened.add(source)
        self.run_log.get_listing(source)
        if self._skip_finished(source):
            return
        identity = get_identity(self.crawler)
        if not identity.is_logged_in and self.needs_account():
            why = "this interface is for accounts only"
            self.run_log.add_refusal(source, identity.login_failure, why)
            return
        if needs_owner(link, self.args):
            why = f"this page is that of the account; {self.login.detail or 'there is no login'}"
            self.run_log.add_refusal(source, self.login.outcome, why)
            return
        owner = self._find_owner_of(link)
        if owner is None:
            first_page = self._apply_paging(self.build_first_page(link))
            account = Account() if link == OWN else None
            try:
                yield from self._start_list(link, first_page, owner=account)
            except OSError as error:
                self._end_for_disk({"link": link}, error)
            return
        kwargs = {"owner": owner, "link": link}
        yield make_api_request(
            owner.endpoint, callback=self.parse_owner, errback=self.handle_failure, cb_kwargs=kwargs
        )

    def _start_list(self, link: Link, first_page: Endpoint, **known: Any) -> Iterator[Request]:
        subfolder = self.get_subfolder(link)
        return self._paginate(self.get_source(link), self.item, first_page, subfolder, **known)

    def _start_child(self, child: ChildList, parent: Pagination) -> Iterator[Request]:
        source = f"{parent.listing.source}/{child.name}"
        self.run_log.get_listing(source).parent = parent.listing.source
        known = {"owner": parent.owner, "expected": child.expected}
        return self._paginate(source, child.item, child.first_page, child.subfolder, **known)

    def _paginate(
        self, source: str, item: type[Item], first_page: Endpoint, subfolder: str, **known: Any
    ) -> Iterator[Request]:
        """Yield the request of a list's first page; `known` are its owner and expected count.

        A list that an unfinished run has read goes on where that run has ended.
        """
        listing = self.run_log.get_listing(source)
        listing.index = self._is_index(item)
        listing.owner = known["owner"].folder[1] if known.get("owner") else ""
        if self._skip_finished(source):
            return
        self.reading.open_list(source, listing.parent)
        pagination = self.paginations[source] = Pagination(
            listing, self.run_log, item, self.mode, first_page,
            self._build_limits(source, item, known.get("owner"), subfolder),
            subfolder=subfolder, newest_first=self.newest_first, is_own=self.is_own,
            keeps_rows=self.options.raw, **known, **self._recall(source),
        )  # fmt: skip
        yield self._request_page(self.reading.resume(source, first_page), pagination)

    def _skip_finished(self, source: str) -> bool:
        """Return whether an unfinished run has read this list to its end; then it is counted."""
        if not self.reading.is_finished(source):
            return False
        listing = self.run_log.get_listing(source)
        listing.finished, listing.noun = True, self.item.noun
        listing.seen = listing.expected = self.reading.count_given(source)
        self.run_log.skipped["given"] += listing.seen
        return True

    def _recall(self, source: str) -> dict[str, Any]:
        """Return what the `Pagination` of a list needs to know of the run before it."""
        given = self.reading.count_given(source)
        if not given:
            return {}
        self.run_log.skipped["given"] += given
        newest = self.reading.get_newest(source)
        was_given = partial(self.reading.is_known, source)
        replies = self.reading.count_replies(source)
        return {"given": given, "newest": newest, "replies": replies, "was_given": was_given}

    def _request_page(self, endpoint: Endpoint, pagination: Pagination) -> Request:
        pagination.start_page(endpoint)
        kwargs = {"endpoint": endpoint, "source": pagination.listing.source}
        meta = {"as_other_guest": True} if pagination.wants_other_guest else {}
        return make_api_request(endpoint, errback=self.handle_failure, cb_kwargs=kwargs, meta=meta)

    def _build_limits(
        self, source: str, item: type[Item], owner: Item | None, subfolder: str
    ) -> Limits:
        if not isinstance(self.args, PaginationArgs) or self._is_index(item):
            return Limits()
        of_files = (self.platform, self.mode, owner.folder[0] if owner else "")
        try:
            keys = self.known.get_keys(source, self.args, of_files, subfolder)
        except OSError as error:
            self.logger.info("%s: the whole list is read: %s", source, error.strerror)
            keys = frozenset()
        if keys:
            self.run_log.get_listing(source).known_since = self.known.get_since(source, self.args)
        return Limits(self.args.max_counts, ItemFilter.of_arguments(self.args), keys)

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
        if not self.options.plan:
            await ListMemory(self).begin(kwargs["source"])

    def _read_owner(self, answer: Mapping[str, Any], owner: Owner, link: Link) -> Iterator[Request]:
        item = owner.item.parse_answer(owner.endpoint, answer)
        self.run_log.add_unreadable(item.key, item.unreadable)
        try:
            resolved = self.resolve_link(link, item)
            first_page = self._apply_paging(self.build_first_page_for(resolved, item))
        except InputError as error:
            self.run_log.add_refusal(self.get_source(link), Outcome.BAD_INPUT, str(error))
            return
        if resolved == link or self._rename_source(link, resolved):
            expected = self.count_expected(item)
            yield from self._start_list(resolved, first_page, owner=item, expected=expected)

    def _rename_source(self, link: Link, resolved: Link) -> bool:
        """Give a list the source of `resolved`; return False if that list is read already."""
        remarks = self.run_log.get_listing(self.get_source(link)).remarks
        self.run_log.forget_listing(self.get_source(link))
        source = self.renamed[self.get_source(link)] = self.get_source(resolved)
        self.run_log.get_listing(source).remarks += remarks
        new = source not in self.opened
        self.opened.add(source)
        return new

    def _read_page(
        self, answer: Mapping[str, Any], endpoint: Endpoint, source: str
    ) -> Iterator[Item | Request]:
        pagination = self.paginations[source]
        if pagination.lacks_all(endpoint, answer) and (
            second := self._request_second_way(endpoint, pagination, "no rows")
        ):
            yield second
            return
        self.reading.add_page(source, endpoint, pagination.newest, pagination.replies)
        results: list[Item | Request] = []
        try:
            following = self._read_rows(pagination, endpoint, answer, results)
        except (OSError, ProtocolError) as error:
            following = None if isinstance(error, OSError) else pagination.repeat_page(endpoint)
            if following is None:
                yield from results
                raise
        if following is not None:  # before the works: their files need the time until it comes
            yield self._request_page(following, pagination)
        yield from results
        if following is None and pagination.listing.finished:
            yield from self.finish_list(pagination)
            self.reading.finish_list(source)

    def _read_rows(
        self,
        pagination: Pagination,
        endpoint: Endpoint,
        answer: Mapping[str, Any],
        results: list[Item | Request],
    ) -> Endpoint | None:
        """Add the new items of a page to *results*, and the requests for lists within them.

        Return the next page; None = there is none.
        """
        items: list[Item] = []
        now = datetime.now(UTC)
        try:
            for item in pagination.read_page(endpoint, answer):
                item.spider, item.fetched_at = self.name, now
                if self._is_new(item) and not self._is_index(pagination.item):
                    items.append(item)
                    results.append(item)
                child = self.get_child_list(item)
                if child is not None:
                    results.extend(self._start_child(child, pagination))
        finally:
            page_keys = tuple(item.key for item in items)
            for item in items:
                item.page_keys = page_keys
        with convert_errors():
            return pagination.next_page(endpoint, answer)

    def _is_new(self, item: Item) -> bool:
        """Return whether an item is new to the feeds, and record that it goes to them."""
        if not self.reading.is_known(item.source, item.key):
            self.reading.add_pending(item.source, item.key)
            return True
        if self.reading.is_update:
            self.run_log.add_skipped(item.key, "given", item.source)
        return False

    async def _read(
        self, read: Callable[..., Iterator[Any]], response: Response, kwargs: dict[str, Any]
    ) -> Results:
        assert response.request is not None
        if remark := response.meta.get("remark"):
            self.run_log.add_remark(self._find_source(kwargs), remark)
        try:
            for result in read(response.meta.pop("answer"), **kwargs):  # megabytes of objects
                yield result
                if isinstance(result, Request):
                    await let_out()
        except ProtocolError as error:
            refused = Refused(Outcome.SCHEMA_CHANGED, str(error))
            async for result in self._read_elsewhere(response.request, refused):
                yield result
        except OSError as error:
            self._end_for_disk(kwargs, error)

    # Refusals

    async def handle_failure(self, failure: Failure) -> Results:
        """Handle every request without an answer (Scrapy's errback)."""
        error = failure.value
        assert error is not None
        if isinstance(error, get_network_errors(self.settings)):
            error = Refused(Outcome.NETWORK, describe_error(error))
        elif not isinstance(error, Refused):
            self.logger.error("%s", format_redacted_traceback(error))
            error = Refused(Outcome.INTERNAL, describe_error(error))
        request = failure.request  # type: ignore[attr-defined]  # Scrapy's
        try:
            async for result in self._read_elsewhere(request, error):
                yield result
        finally:
            get_gate(self.crawler).release(request)

    async def _read_elsewhere(self, request: Request, refused: Refused) -> Results:
        """Read another place's answer instead; if there is none, the list ends here."""
        kwargs, purpose = request.cb_kwargs, get_purpose(request)
        try:
            if not isinstance(purpose, ApiCall):
                raise refused
            answer, place = await read_elsewhere(
                EngineFetcher(self.crawler), self.links, purpose.endpoint, refused
            )
            self.crawler.stats.inc_value(f"f2/from_{place}")
            self.logger.info("%s; read from %s instead", refused, _PLACES[place])
            if "source" in kwargs:
                self.run_log.get_listing(kwargs["source"]).origin = place
            read = self._read_owner if "owner" in kwargs else self._read_page
            for result in read(answer, **kwargs):
                yield result
        except (ProtocolError, Refused) as error:
            final = error if isinstance(error, Refused) else refused
            if second := self._find_second_way(kwargs, final):
                yield second
            else:
                self._end_list(kwargs, final)
        except OSError as error:  # those of requests are refusals already
            self._end_for_disk(kwargs, error)

    def _find_second_way(self, kwargs: dict[str, Any], refused: Refused) -> Request | None:
        """Return the request of another interface for the rest of a refused list."""
        pagination = self.paginations.get(kwargs.get("source", ""))
        if pagination is None or refused.outcome not in (
            Outcome.RISK_CONTROL, Outcome.SIGNATURE_REJECTED, Outcome.CAPTCHA
        ):  # fmt: skip
            return None
        return self._request_second_way(kwargs["endpoint"], pagination, str(refused))

    def _request_second_way(
        self, endpoint: Endpoint, pagination: Pagination, why: str
    ) -> Request | None:
        second = endpoint.build_second_way(time.time_ns() // 1_000_000)
        if second is None:
            return None
        pagination.listing.origin = second.way
        self.logger.info("%s: %s; going on by %s", endpoint.way, why, second.way)
        return self._request_page(second, pagination)

    def _find_source(self, kwargs: dict[str, Any]) -> str:
        """Return the source of the list that a request with these arguments is about."""
        return kwargs["source"] if "source" in kwargs else self.get_source(kwargs["link"])

    def _end_list(self, kwargs: dict[str, Any], refused: Refused) -> None:
        source = self._find_source(kwargs)
        cursor = self.run_log.get_listing(source).cursor
        pagination = self.paginations.get(source)
        if pagination is not None and pagination.contradicts(refused.outcome):
            refused = Refused(Outcome.LIST_GAP, f"{refused}, although rows or the owner were shown")
        self.run_log.add_refusal(
            source, refused.outcome, refused.detail, cursor, reason=refused.reason
        )
        expired = refused.outcome is Outcome.COOKIE_EXPIRED
        had_login = expired and get_identity(self.crawler).is_logged_in
        get_gate(self.crawler).close(refused, had_login=had_login)

    def _end_for_disk(self, kwargs: dict[str, Any], error: OSError) -> None:
        """End a list whose rows cannot be looked up: their keys are in a file on a full disk."""
        self._end_list(kwargs, Refused(Outcome.DISK, describe_error(error)))

    async def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's signature
        """Save for the next run which lists are complete."""
        if not self.options.plan:
            await ListMemory(self).save()
