"""Read the lists that an index names, such as folders or playlists: some or all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator
from rich.console import Console
from rich.markup import escape
from scrapy import Request
from scrapy.http import Response

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.extensions.progress import Progress
from f2scrapy.crawl.pagination import Pagination
from f2scrapy.crawl.spider import ApiSpider, ChildList
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.model.link import Link
from f2scrapy.text import make_visible

ALL = "all"


def _split_names(text: str) -> frozenset[str]:
    return frozenset(make_visible(word).strip() for word in text.split(",")) - {""}


def _parse_choice(given: Any) -> Any:
    words = _split_names(given) if isinstance(given, str) else given
    if words == frozenset():
        raise ValueError("want names or ids, several by comma, or all")
    return words


# Names or ids, such as "旅行,7100000000000000001"; None = not given: at a terminal the user is
# asked, elsewhere all lists are read.
Choice = Annotated[frozenset[str] | None, BeforeValidator(_parse_choice)]


class IndexSpider(ApiSpider):
    """Base of spiders whose rows name lists; those in `self.chosen` are read.

    A subclass has `build_child_list` in place of `get_child_list`, and `chosen_by`: its argument,
    a `Choice`. Links of the kind `picks` choose, too.
    """

    index = True
    chosen_by: ClassVar[str]
    picks: ClassVar[str] = ""

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name, **values)
        assert isinstance(self.args, LinkArgs)
        self.chosen: frozenset[str] | None = getattr(self.args, self.chosen_by)
        self.missing = (self.chosen or frozenset()) - {ALL}  # asked for and not seen yet
        self.present: set[str] = set()  # the names of the lists there are
        self.offered: dict[str, list[ChildList]] = {}  # by source of the index; for the user
        self._choose(link for part in self.args.parts for link in self.links.find(part))
        if self.chosen is None and not sys.stdin.isatty():
            self.chosen = frozenset({ALL})

    def _choose(self, links: Iterable[Link]) -> None:
        """Let links choose, too, where the argument does not."""
        ids = frozenset(link.id for link in links if link.kind == self.picks)
        if ids and not getattr(self.args, self.chosen_by):
            self.chosen = (self.chosen or frozenset()) - {ALL} | ids
            self.missing |= ids

    def _redirect_target(self, response: Response) -> str:
        """Return where a short link leads; that may choose a list."""
        there = super()._redirect_target(response)
        self._choose(self.links.find(there))
        return there

    def build_child_list(self, item: Any) -> ChildList:
        """Return the list that a row of the index names; its `subfolder` is its name for users."""
        raise NotImplementedError

    def get_child_list(self, item: Item) -> ChildList | None:
        if not isinstance(item, self.item):
            return None
        child = self.build_child_list(item)
        child = child._replace(first_page=self._enter(child.first_page))
        self.present.add(_get_name(child) or child.name)
        if self.chosen is None:
            self.offered.setdefault(item.source, []).append(child)
            return None
        names = {ALL, child.name, _get_name(child)}
        self.missing -= names
        return child if self.chosen & names else None

    def finish_list(self, pagination: Pagination) -> Iterator[Request]:
        """Let the user choose once the index was read to its end."""
        for child in self._pick(self.offered.pop(pagination.listing.source, [])):
            yield self._start_child(child, pagination)

    def _pick(self, offered: list[ChildList]) -> list[ChildList]:
        if not offered:
            return []
        progress = self.crawler.get_extension(Progress)
        with progress.paused() if progress else nullcontext():
            return pick_lists(offered, Console(stderr=True))

    def closed(self, reason: str) -> None:
        """Report names that no list has."""
        super().closed(reason)
        listings = [pagination.listing for pagination in self.paginations.values()]
        read = [listing.source for listing in listings if listing.index and listing.finished]
        for name in sorted(self.missing) if read else ():
            present = ", ".join(sorted(self.present)) or "none at all"
            detail = f"there is none of that name ({self.chosen_by}); there are: {present}"
            self.run_log.add_gap(name, Outcome.BAD_INPUT, detail)
        for source in read if self.chosen and not self.chosen & {ALL, *self.missing} else ():
            if not any(name.startswith(f"{source}/") for name in self.paginations):
                detail = f"none of its lists was asked for ({self.chosen_by})"
                self.run_log.add_gap(source, Outcome.BAD_INPUT, detail)


def pick_lists(offered: list[ChildList], console: Console) -> list[ChildList]:
    """Ask the user which of these to take, until the reply can be used; an empty one takes all."""
    for number, one in enumerate(offered, 1):
        rows = "" if one.expected is None else f" ({one.expected})"
        console.print(f"{number:>4}  {escape(_get_name(one) or one.name)}{rows}", highlight=False)
    while True:
        given = console.input("Which? Numbers or names, several by comma; nothing = all: ").strip()
        if given in ("", ALL, "0"):
            return offered
        words = _split_names(given)
        known = [{str(n), one.name, _get_name(one)} for n, one in enumerate(offered, 1)]
        strange = words - set().union(*known)
        if words and not strange:
            return [one for one, names in zip(offered, known, strict=True) if names & words]
        console.print(f"not there: {escape(', '.join(sorted(strange)) or given)}", highlight=False)


def _get_name(one: ChildList) -> str:
    """Return the list's name as users see it, and type it."""
    return make_visible(one.subfolder).strip()
