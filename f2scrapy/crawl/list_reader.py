"""Read a list with a Session as a crawl reads it: retries, second ways, counts; without Scrapy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar, cast

from f2scrapy.api.retry import GUEST_REFUSALS
from f2scrapy.api.session import Session
from f2scrapy.crawl.item_filter import Interval, ItemFilter
from f2scrapy.crawl.listing import Gap, Listing
from f2scrapy.crawl.pagination import Limits, Pagination
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.run_report import summarize
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Endpoint, convert_errors
from f2scrapy.model.item import Item

Kind = TypeVar("Kind", bound=Item)


class Page(NamedTuple, Generic[Kind]):
    """A page of a list: its new items, the decoded answer, and the endpoint that was requested."""

    items: list[Kind]
    answer: Mapping[str, Any]
    endpoint: Endpoint


class ListReader(Generic[Kind]):
    """The pages of one list, and how reading them ended.

        reader = ListReader(session, UserPost(sec_user_id=id), Post, expected=user.aweme_count)
        async for page in reader:
            print(len(page.items))
        print(reader.summary)  # "OK: 200 of 200." or "LIST_GAP: 54 of 200, 146 missing …"

    `expected` is the owner's count of rows; None = not known, then the list's own count holds, if
    it has one. `max_counts` limits the items, 0 = all; `interval` those that count towards it.
    Refused requests are retried as in a crawl (F2_RETRIES, F2_BACKOFF), with F2_PACE seconds
    between two pages. Rows that came before are left out of `items`, as in a crawl; `answer` has
    all of them. A list is read once.

    Raises (while it is read):
        Refused: a page is refused after its retries, or the list turns in circles.
    """

    def __init__(
        self,
        session: Session,
        first_page: Endpoint,
        item: type[Kind],
        *,
        expected: int | None = None,
        max_counts: int = 0,
        interval: Interval | None = None,
        owner: Item | None = None,
        newest_first: bool = False,
    ) -> None:
        self._session = session
        name = type(first_page).__name__
        self.run_log = RunLog(name, datetime.now(UTC), has_files=False)
        self._pagination = Pagination(
            self.run_log.get_listing(f"{session.identity.platform}:{name}"),
            self.run_log, item, "", first_page, Limits(max_counts, ItemFilter(interval)),
            owner=owner, expected=expected, newest_first=newest_first,
        )  # fmt: skip

    async def __aiter__(self) -> AsyncGenerator[Page[Kind], None]:
        endpoint: Endpoint | None = self._pagination.first_page
        while endpoint is not None:
            self._pagination.start_page(endpoint)
            if self._pagination.wants_other_guest:
                await self._session.identity.renew(self._session.identity.guest)
            page, endpoint = await self._read_page(endpoint)
            if page is not None:
                yield page
            if endpoint is not None:
                await asyncio.sleep(self._session.options.pace)
        self._end()

    # How it ended

    @property
    def listing(self) -> Listing:
        """The list: rows seen and expected, the cursor of the next page, why reading stopped."""
        return self._pagination.listing

    @property
    def gaps(self) -> list[Gap]:
        """What is missing, with reasons."""
        return self.run_log.gaps

    @property
    def outcome(self) -> Outcome:
        """OK, EMPTY_TRUE, or the reason for the gaps; INTERRUPTED until the list has ended."""
        return self.run_log.outcome

    @property
    def summary(self) -> str:
        """One line for people, as a crawl ends with."""
        return summarize(self.run_log)

    def _end(self) -> None:
        self.run_log.close_listings("finished")
        self.run_log.is_finished = True

    # One page

    async def _read_page(self, endpoint: Endpoint) -> tuple[Page[Kind] | None, Endpoint | None]:
        """Return the page and the next endpoint; no page for an answer that is requested again.

        Raises:
            Refused: there is no answer, or none of a known shape.
        """
        try:
            answer = await self._ask(endpoint)
        except Refused as refused:
            second = self._find_second_way(endpoint) if _may_go_on(refused) else None
            if second is None:
                raise self._record_refusal(refused) from None
            return None, second
        if self._pagination.lacks_all(endpoint, answer) and (
            second := self._find_second_way(endpoint)
        ):
            return None, second
        return self._parse(endpoint, answer)

    def _parse(
        self, endpoint: Endpoint, answer: Mapping[str, Any]
    ) -> tuple[Page[Kind] | None, Endpoint | None]:
        items: list[Kind] = []
        try:
            for item in self._pagination.read_page(endpoint, answer):
                items.append(cast("Kind", item))
                self.run_log.add_kept(item.key)
            with convert_errors():
                following = self._pagination.next_page(endpoint, answer)
        except ProtocolError as error:
            following = self._pagination.repeat_page(endpoint)
            if following is None:
                refused = Refused(Outcome.SCHEMA_CHANGED, str(error))
                raise self._record_refusal(refused) from error
        if following is None and not self.listing.finished:
            self._end()
            gap = self.gaps[-1]
            raise Refused(gap.outcome, gap.detail)
        return Page(items, answer, endpoint), following

    async def _ask(self, endpoint: Endpoint) -> Mapping[str, Any]:
        """Return the answer, that of another place if the interface refuses."""
        answer, place = await self._session.ask_anywhere(endpoint)
        if place:
            self.listing.origin = place
        return answer

    def _find_second_way(self, endpoint: Endpoint) -> Endpoint | None:
        second = endpoint.build_second_way(time.time_ns() // 1_000_000)
        if second is not None:
            self.listing.origin = second.way
        return second

    def _record_refusal(self, refused: Refused) -> Refused:
        if self._pagination.contradicts(refused.outcome):
            refused = Refused(Outcome.LIST_GAP, f"{refused}, although rows or the owner were shown")
        listing = self.listing
        self.run_log.add_refusal(
            listing.source, refused.outcome, refused.detail, listing.cursor, reason=refused.reason
        )
        self._end()
        return refused


def _may_go_on(refused: Refused) -> bool:
    """Return whether another interface may still show the rows, as in a crawl."""
    return refused.outcome in GUEST_REFUSALS
