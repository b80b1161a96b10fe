"""Lists below an index, such as folders or playlists, of which the user takes some or all."""

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
from f2scrapy.crawl.pagination import Walk
from f2scrapy.crawl.spider import ApiSpider, Below
from f2scrapy.errors import Outcome
from f2scrapy.model.item import Item
from f2scrapy.model.link import Link
from f2scrapy.text import make_visible

ALL = "all"


def _words(text: str) -> frozenset[str]:
    return frozenset(make_visible(word).strip() for word in text.split(",")) - {""}


def _choice(given: Any) -> Any:
    words = _words(given) if isinstance(given, str) else given
    if words == frozenset():
        raise ValueError("want names or ids, several by comma, or all")
    return words


# What was chosen, such as "旅行,7100000000000000001"; None = nothing was said: a person at a
# terminal is asked, everybody else gets all.
Choice = Annotated[frozenset[str] | None, BeforeValidator(_choice)]


class ChosenSpider(ApiSpider):
    """Base of spiders whose rows name lists, of which those in `self.chosen` are walked.

    A subclass has `hanging` in place of `below`, and `chosen_by`: its argument, a `Choice`. Links
    of the kind `picks` choose, too.
    """

    index = True
    chosen_by: ClassVar[str]
    picks: ClassVar[str] = ""

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name, **values)
        assert isinstance(self.args, LinkArgs)
        self.chosen: frozenset[str] | None = getattr(self.args, self.chosen_by)
        self.missing = (self.chosen or frozenset()) - {ALL}  # what was asked for and not seen yet
        self.there: set[str] = set()  # what the lists are called
        self.offered: dict[str, list[Below]] = {}  # by source of the index; for a person to choose
        self._choose(link for part in self.args.parts for link in self.links.find(part))
        if self.chosen is None and not sys.stdin.isatty():
            self.chosen = frozenset({ALL})

    def _choose(self, links: Iterable[Link]) -> None:
        """Links choose, too, where the argument does not."""
        ids = frozenset(link.id for link in links if link.kind == self.picks)
        if ids and not getattr(self.args, self.chosen_by):
            self.chosen = (self.chosen or frozenset()) - {ALL} | ids
            self.missing |= ids

    def _onward(self, response: Response) -> str:
        """A short link says where it leads what it chooses."""
        there = super()._onward(response)
        self._choose(self.links.find(there))
        return there

    def hanging(self, item: Any) -> Below:
        """The list that hangs below a row of the index; its `subfolder` is what people call it."""
        raise NotImplementedError

    def below(self, item: Item) -> Below | None:
        if not isinstance(item, self.item):
            return None
        found = self.hanging(item)
        found = found._replace(first=self._entered(found.first))
        self.there.add(_called(found) or found.name)
        if self.chosen is None:
            self.offered.setdefault(item.source, []).append(found)
            return None
        names = {ALL, found.name, _called(found)}
        self.missing -= names
        return found if self.chosen & names else None

    def ended(self, walk: Walk) -> Iterator[Request]:
        """A person chooses once the index was read to its end."""
        for found in self._picked(self.offered.pop(walk.listing.source, [])):
            yield from self._hang(found, walk)

    def _picked(self, offered: list[Below]) -> list[Below]:
        if not offered:
            return []
        progress = self.crawler.get_extension(Progress)
        with progress.paused() if progress else nullcontext():
            return picked(offered, Console(stderr=True))

    def closed(self, reason: str) -> None:
        """Says which lists there are none of."""
        super().closed(reason)
        listings = [walk.listing for walk in self.walks.values()]
        read = [listing.source for listing in listings if listing.index and listing.finished]
        for name in sorted(self.missing) if read else ():
            there = ", ".join(sorted(self.there)) or "none at all"
            detail = f"there is none of that name ({self.chosen_by}); there are: {there}"
            self.ledger.gap(name, Outcome.BAD_INPUT, detail)
        for source in read if self.chosen and not self.chosen & {ALL, *self.missing} else ():
            if not any(name.startswith(f"{source}/") for name in self.walks):
                detail = f"none of its lists was asked for ({self.chosen_by})"
                self.ledger.gap(source, Outcome.BAD_INPUT, detail)


def picked(offered: list[Below], console: Console) -> list[Below]:
    """Asks a person which of these to take, until the answer can be used; nothing said = all."""
    for number, one in enumerate(offered, 1):
        rows = "" if one.expected is None else f" ({one.expected})"
        console.print(f"{number:>4}  {escape(_called(one) or one.name)}{rows}", highlight=False)
    while True:
        given = console.input("Which? Numbers or names, several by comma; nothing = all: ").strip()
        if given in ("", ALL, "0"):
            return offered
        words = _words(given)
        known = [{str(n), one.name, _called(one)} for n, one in enumerate(offered, 1)]
        strange = words - set().union(*known)
        if words and not strange:
            return [one for one, names in zip(offered, known, strict=True) if names & words]
        console.print(f"not there: {escape(', '.join(sorted(strange)) or given)}", highlight=False)


def _called(one: Below) -> str:
    """Its name as people see it, and type it."""
    return make_visible(one.subfolder).strip()
