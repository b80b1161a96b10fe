"""Fetch answers and lists as filters, and run spiders: the base of F2's handlers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import aclosing
from functools import wraps
from inspect import Parameter, signature
from operator import attrgetter
from pathlib import Path
from typing import Any, ClassVar, TypeVar, get_type_hints

from f2scrapy.archive.naming import make_safe_name
from f2scrapy.crawl.list_reader import ListReader
from f2scrapy.errors import InputError
from f2scrapy.f2.arguments import (
    choose_media,
    open_session,
    read_connection,
    read_options,
    warn_once,
)
from f2scrapy.f2.database import UserDatabase, VideoDatabase
from f2scrapy.f2.filters import Filter
from f2scrapy.f2.folders import make_owner_folder
from f2scrapy.f2.log.logger import logger
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.item import Item

_Kind = TypeVar("_Kind", bound=Filter)
# Below it a cursor is no time in ms: these are page_counts of the older order of arguments.
_FIRST_TIME_MS = 1_000_000_000


class Handler:
    """The methods that both platforms share; `kwargs` are F2's (see arguments.py)."""

    platform: ClassVar[str]

    def __init__(self, kwargs: Mapping[str, Any] | None = None) -> None:
        self.kwargs = dict(kwargs or {})
        read_options(self.kwargs)  # warns of what has no meaning

    # Answers and lists

    async def _ask(self, endpoint: Endpoint) -> Mapping[str, Any]:
        """Return the decoded answer of one request.

        Raises:
            Refused: there is no answer, after the retries.
        """
        async with open_session(self.platform, self.kwargs) as session:
            return (await session.ask_anywhere(endpoint))[0]

    async def _fetch(self, endpoint: Endpoint, kind: type[_Kind]) -> _Kind:
        """Return the answer of one request as a filter; see `_ask`."""
        return kind(await self._ask(endpoint))

    async def _read_list(
        self,
        first_page: Endpoint,
        item: type[Item],
        kind: type[_Kind],
        page_counts: int | None = None,
        max_counts: float | None = None,
    ) -> AsyncIterator[_Kind]:
        """Yield the pages of a list, as a crawl reads them; a warning tells of what is missing.

        Raises:
            Refused: a page is refused after its retries; the pages before were yielded.
        """
        if page_counts and first_page.size_param in type(first_page).model_fields:
            wanted = min(page_counts, max_counts or page_counts, first_page.max_page_size)
            first_page = first_page.with_page_size(max(1, int(wanted)))
        limit = int(max_counts) if max_counts and max_counts != float("inf") else 0
        async with open_session(self.platform, self.kwargs) as session:
            reader = ListReader(session, first_page, item, max_counts=limit)
            async with aclosing(reader.__aiter__()) as pages:
                async for page in pages:
                    yield kind(page.answer)
        logger.info("%s", reader.summary)

    @staticmethod
    def _order_limits(
        min_cursor: int, max_cursor: int, page_counts: int, max_counts: float | None
    ) -> tuple[int, int, float | None]:
        """Return cursor, rows a page and works of F2's arguments, in either of their two orders.

        The documentation passes (max_cursor, page_counts, max_counts), the code of 0.0.1.7 takes
        a min_cursor before them: a max_cursor too small to be a time is the rows of a page.
        """
        if 0 < max_cursor < _FIRST_TIME_MS:
            return min_cursor, max_cursor, page_counts if max_counts is None else max_counts
        if min_cursor:
            warn_once("min_cursor has no meaning here: give -a interval, or stop at older works")
        return max_cursor, page_counts, max_counts

    # Users and works in databases

    def _store_user(self, kwargs: Mapping[str, Any], profile: Filter, db: UserDatabase) -> Path:
        """Store the profile; return the user's folder, which follows the nickname."""
        row = profile._to_dict()
        db.store(row)
        return make_owner_folder(self.platform, kwargs, row[db.key], row["nickname_raw"])

    async def get_or_add_video_data(
        self,
        aweme_data: Mapping[str, Any],
        db: VideoDatabase,
        ignore_fields: list[str] | None = None,
    ) -> None:
        """Store a work's attributes, without `ignore_fields`; a known work is stored once more."""
        db.store(aweme_data, ignore_fields)

    # Downloads of a mode

    async def _crawl(self, spider: str) -> Any:
        """Run a spider with the url, keyword and limits in `kwargs`, and return how it ended.

        Raises:
            InputError: the spider cannot use them.
        """
        from f2scrapy.crawl.script import crawl, load_spider  # noqa: PLC0415 - imports Scrapy

        fields = get_type_hints(load_spider(spider))["args"].model_fields
        words = {n: str(self.kwargs[n]) for n in fields if self.kwargs.get(n) not in (None, "")}
        media = "live" if spider.endswith("_live") else choose_media(self.kwargs)
        options = read_options(self.kwargs) | read_connection(self.kwargs)
        finished = await crawl(spider, words, F2_MEDIA=media, **options)
        log = logger.info if finished.exit_code == 0 else logger.error
        log("%s", finished.summary)
        return finished


def read_pages(
    item: type[Item],
    kind: type[_Kind],
    *,
    page_counts: int | None = 20,
    max_counts: float | None = None,
) -> Callable[[Callable[..., Endpoint]], Callable[..., AsyncIterator[_Kind]]]:
    """Turn a method that returns the first page of a list into one that yields its pages.

    It gets two parameters after its own: `page_counts`, the rows of a page, and `max_counts`, the
    rows in all, None = all. Their defaults are given here; without `page_counts` the interface
    has no size of a page.
    """
    defaults = {"page_counts": page_counts, "max_counts": max_counts}
    limits = [
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=value, annotation=float | None)
        for name, value in defaults.items()
        if name == "max_counts" or value
    ]

    def decorate(build: Callable[..., Endpoint]) -> Callable[..., AsyncIterator[_Kind]]:
        own = signature(build)
        ordered = sorted([*own.parameters.values(), *limits], key=attrgetter("kind"))
        whole = own.replace(parameters=ordered)

        @wraps(build)
        def read(self: Handler, *given: Any, **named: Any) -> AsyncIterator[_Kind]:
            bound = whole.bind(self, *given, **named)
            sizes = {one.name: bound.arguments.pop(one.name, one.default) for one in limits}
            return self._read_list(build(*bound.args, **bound.kwargs), item, kind, **sizes)

        vars(read)["__signature__"] = whole  # `help` reads it
        return read

    return decorate


def make_runner(spider: str, doc: str) -> Callable[[Any], Coroutine[Any, Any, Any]]:
    """Return a method of a handler that runs a spider."""

    async def run(self: Handler) -> Any:
        return await self._crawl(spider)

    run.__doc__ = doc
    return run


async def choose_lists(names: list[str], ids: list[str], answer: str) -> int:
    """Show lists with numbers, and return the chosen number; 0 = all.

    `answer` is the number as text; "" = ask on the terminal, all without one.

    Raises:
        InputError: there is no such number.
    """
    for number, (name, one) in enumerate(zip(names, ids, strict=True), 1):
        logger.info("%s: %s (%s)", number, make_safe_name(name or ""), one)
    try:
        chosen = answer or await asyncio.to_thread(input, f"0 = all, 1-{len(ids)}: ")
    except EOFError:  # there is no terminal
        chosen = "0"
    if not chosen.isdecimal() or int(chosen) > len(ids):
        raise InputError(f"{chosen}: want a number from 0 to {len(ids)}")
    return int(chosen)
