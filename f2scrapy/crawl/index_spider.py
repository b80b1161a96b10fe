"""Read some or all of the lists that an index names, such as folders or playlists."""

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
from f2scrapy.crawl.declaration import ChildList
from f2scrapy.crawl.extensions.progress import Progress
from f2scrapy.crawl.pagination import Pagination
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.errors import Outcome
from f2scrapy.language import translate as _
from f2scrapy.model.item import Item
from f2scrapy.model.link import Link
from f2scrapy.text import is_terminal, make_visible

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
    """Base of spiders with rows that name lists; the spider reads those in `self.chosen`.

    A subclass defines `build_child_list` in place of `get_child_list`, and `chosen_by`, the name
    of its `Choice` argument. Links of the kind `picks` choose, too.
    """

    index = True
    chosen_by: ClassVar[str]
    picks: ClassVar[str] = ""

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name, **values)
        assert isinstance(self.args, LinkArgs)
        self.chosen: frozenset[str] | None = getattr(self.args, self.chosen_by)
        self.missing = (self.chosen or frozenset()) - {ALL}  # chosen, not seen yet
        self.present: set[str] = set()  # names of the lists in the index
        self.offered: dict[
            str, list[ChildList]
        ] = {}  # lists for the user to choose from, by source of the index
        self._choose(link for part in self.args.parts for link in self.links.find(part))
        if self.chosen is None and not is_terminal(sys.stdin):
            self.chosen = frozenset({ALL})

    def _choose(self, links: Iterable[Link]) -> None:
        """Choose the lists of links, unless the argument chooses."""
        ids = frozenset(link.id for link in links if link.kind == self.picks)
        if ids and not getattr(self.args, self.chosen_by):
            self.chosen = (self.chosen or frozenset()) - {ALL} | ids
            self.missing |= ids

    def get_redirect_target(self, response: Response) -> str:
        """Return the redirect target of a short link, which may choose a list."""
        target = super().get_redirect_target(response)
        self._choose(self.links.find(target))
        return target

    def build_child_list(self, item: Any) -> ChildList:
        """Return the list that a row of the index names; users see its `subfolder` as its name."""
        raise NotImplementedError

    def get_child_list(self, item: Item) -> ChildList | None:
        if not isinstance(item, self.item):
            return None
        child = self.build_child_list(item)
        child = child._replace(first_page=self._apply_paging(child.first_page))
        self.present.add(_get_name(child) or child.name)
        if self.chosen is None:
            self.offered.setdefault(item.source, []).append(child)
            return None
        names = {ALL, child.name, _get_name(child)}
        self.missing -= names
        return child if self.chosen & names else None

    def finish_list(self, pagination: Pagination) -> Iterator[Request]:
        """Let the user choose when the index has been read to its end."""
        for child in self._pick(self.offered.pop(pagination.listing.source, [])):
            yield from self._start_child(child, pagination)

    def _pick(self, offered: list[ChildList]) -> list[ChildList]:
        if not offered:
            return []
        progress = self.crawler.get_extension(Progress)
        with progress.pause() if progress else nullcontext():
            return pick_lists(offered, Console(stderr=True))

    async def closed(self, reason: str) -> None:
        """Report names that no list has."""
        await super().closed(reason)
        listings = [pagination.listing for pagination in self.paginations.values()]
        read = [listing.source for listing in listings if listing.index and listing.finished]
        for name in sorted(self.missing) if read else ():
            present = ", ".join(sorted(self.present)) or "none at all"
            detail = f"there is none of that name ({self.chosen_by}); there are: {present}"
            self.run_log.add_gap(name, Outcome.BAD_INPUT, detail)
        for source in read if self.chosen and not self.chosen & {ALL, *self.missing} else ():
            if not any(name.startswith(f"{source}/") for name in self.paginations):
                detail = f"none of its lists was read ({self.chosen_by})"
                self.run_log.add_gap(source, Outcome.BAD_INPUT, detail)


def pick_lists(offered: list[ChildList], console: Console) -> list[ChildList]:
    """Ask the user for lists until the reply is valid; an empty reply takes all."""
    for number, child in enumerate(offered, 1):
        rows = "" if child.expected is None else f" ({child.expected})"
        name = escape(_get_name(child) or child.name)
        console.print(f"{number:>4}  {name}{rows}", highlight=False)
    while True:
        given = console.input(
            _("Which? Numbers or names, several by comma; nothing = all: ")
        ).strip()
        if given in ("", ALL, "0"):
            return offered
        words = _split_names(given)
        known = [{str(n), child.name, _get_name(child)} for n, child in enumerate(offered, 1)]
        unknown = words - set().union(*known)
        if words and not unknown:
            return [child for child, names in zip(offered, known, strict=True) if names & words]
        names = escape(", ".join(sorted(unknown)) or given)
        console.print(_("not there: {names}", names=names), highlight=False)


def _get_name(child: ChildList) -> str:
    """Return the list's name as users see and type it."""
    return make_visible(child.subfolder).strip()
