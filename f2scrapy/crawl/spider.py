"""ApiSpider: the one way from what a user names to items."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from f2scrapy.api.identity import Identity
from f2scrapy.api.redirects import HOPS, barred, onward
from f2scrapy.api.verdict import of_page
from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.arguments import WalkArgs
from f2scrapy.crawl.declared import Below, Declared, Owner
from f2scrapy.crawl.extensions.ledger import Ledger
from f2scrapy.crawl.pagination import Limits, Walk
from f2scrapy.crawl.requests import api, network_errors, page
from f2scrapy.errors import InputError, Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Endpoint, readable
from f2scrapy.model.item import Account, Item
from f2scrapy.model.link import OWN, Link
from f2scrapy.model.media import parse_media_kinds
from f2scrapy.text import describe_error, redacted_traceback

__all__ = ["ApiSpider", "Below", "Owner"]  # all that a spider's file needs of this

# The site's page may show what an interface refuses for one of these.
_BY_PAGE = frozenset(
    {
        Outcome.RISK_CONTROL,
        Outcome.SIGNATURE_REJECTED,
        Outcome.CAPTCHA,
        Outcome.SCHEMA_CHANGED,
    }
)


class ApiSpider(Declared):
    """Base of all spiders: subclasses declare what a link means, what is asked, what comes.

    Each link becomes a list to walk (`walk.py`), be it of one thing. Whatever ends a walk early,
    or is missing in it, goes to the ledger.
    """

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name, **values)
        self.walks: dict[str, Walk] = {}  # by source
        self.opened: set[str] = set()  # sources, be their walk begun or not

    # From links to requests

    async def start(self) -> AsyncIterator[Request]:
        ledger = self.crawler.get_extension(Ledger)
        assert ledger is not None
        self.ledger = ledger
        self.archive = Archive.of(self.crawler)
        self._tell_login(Identity.of(self.crawler))
        for part in self.unusable:
            self.ledger.gap(part, Outcome.BAD_INPUT, self._unfit(part))
        for link in self.targets:
            self.ledger.listing(self._source(link))  # so that none is lost if the run breaks off
        for link in self.targets:
            for request in self._hop(link, link.id) if link.kind == "short" else self._open(link):
                yield request

    def _tell_login(self, identity: Identity) -> None:
        """Who gave cookies is not to take what a guest sees for all there is."""
        if identity.logged_in or self.for_accounts():
            return
        if identity.no_login is Outcome.COOKIE_EXPIRED:
            self.logger.warning("Going on as a guest. %s", Outcome.COOKIE_EXPIRED.advice)
        elif self.settings["F2_COOKIES"] and not identity.account:
            self.logger.info("Going on as a guest: F2_COOKIES holds none of %s.", self.platform)

    def _source(self, link: Link) -> str:
        return f"{self.platform}:{self.mode}:{link.id}"

    def _hop(self, link: Link, url: str, hops: int = 0) -> Iterator[Request]:
        kwargs = {"link": link, "hops": hops}
        yield page(
            url, self.platform, callback=self.parse_hop, errback=self.failed, cb_kwargs=kwargs
        )

    def parse_hop(self, response: Response, link: Link, hops: int) -> Iterator[Request]:
        """Follows a short link; every hop is checked before it is taken."""
        source, there = self._source(link), self._onward(response)
        found = [one for one in self.links.find(there) if one.kind in self.wants]
        refused = barred(self.links, response.status, there, response.body)
        if found:
            self.ledger.forget(source)  # from now on it goes by what it stands for
            yield from self._open(found[0])
        elif refused:
            self.ledger.refuse(source, refused.outcome, refused.seen)
        elif there and hops + 1 < HOPS:
            yield from self._hop(link, there, hops + 1)
        else:
            what = self._instead(there or response.url) or f"nothing of {self.platform}"
            self.ledger.refuse(source, Outcome.BAD_INPUT, f"leads to {what}")

    def _onward(self, response: Response) -> str:
        """Where a redirect leads; "" = nowhere on the platform."""
        location = response.headers.get("Location") or b""
        return onward(self.links, response.url, location.decode("latin-1"))

    def _open(self, link: Link) -> Iterator[Request]:
        source = self._source(link)
        if source in self.opened:
            return
        self.opened.add(source)
        self.ledger.listing(source)
        identity = Identity.of(self.crawler)
        if not identity.logged_in and self.for_accounts():
            self.ledger.refuse(source, identity.no_login, "this interface is for accounts only")
            return
        owner = self._owner(link)
        if owner is None:
            walk = self._walk(source, self.item)
            walk.subfolder = self.subfolder(link)
            walk.owner = Account() if link == OWN else None
            yield self._ask(self._entered(self.first(link)), walk)
            return
        kwargs = {"owner": owner, "link": link}
        yield api(owner.endpoint, callback=self.parse_owner, errback=self.failed, cb_kwargs=kwargs)

    def _is_index(self, item: type[Item]) -> bool:
        return self.index and item is self.item

    def _walk(self, source: str, item: type[Item]) -> Walk:
        limits = Limits()
        if isinstance(self.args, WalkArgs) and not self._is_index(item):
            known = self._updates(self.args)
            frontier = self.archive.frontier(self._list_id(source)) if known else frozenset()
            limits = Limits(self.args.max_counts, self.args.interval, frontier)
        walk = Walk(
            self.ledger.listing(source), self.ledger, item, self.mode, limits,
            newest_first=self.newest_first, raw=self.settings.getbool("F2_RAW"),
        )  # fmt: skip
        walk.listing.index = self._is_index(item)
        self.walks[source] = walk
        return walk

    def _ask(self, endpoint: Endpoint, walk: Walk) -> Request:
        walk.enter(endpoint)
        kwargs = {"endpoint": endpoint, "source": walk.listing.source}
        return api(endpoint, errback=self.failed, cb_kwargs=kwargs)

    # From answers to items

    def parse_owner(self, response: Response, owner: Owner, link: Link) -> Iterator[Request]:
        """Takes the owner's name and count, then asks for the list."""
        try:
            item = owner.item.told(owner.endpoint, response.meta["page"])
            known = self.known_as(link, item)
            first = self._entered(self.first_of(known, item))
        except ProtocolError as error:
            refused = Refused(Outcome.SCHEMA_CHANGED, str(error))
            yield from self._refuse(response.request, refused)
            return
        except InputError as error:
            self.ledger.refuse(self._source(link), Outcome.BAD_INPUT, str(error))
            return
        if known != link and not self._renames(link, known):
            return
        walk = self._walk(self._source(known), self.item)
        walk.owner, walk.subfolder = item, self.subfolder(known)
        request = self._ask(first, walk)
        walk.expect(self.expected(item))
        yield request

    def _renames(self, link: Link, known: Link) -> bool:
        """Whether `link` goes by that name from now on; not where its list is walked already."""
        self.ledger.forget(self._source(link))
        source = self._source(known)
        new = source not in self.opened
        self.opened.add(source)
        return new

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Item | Request]:
        """Yields the items of one page, then the request for the next."""
        endpoint, walk = kwargs["endpoint"], self.walks[kwargs["source"]]
        try:
            for item in walk.items(endpoint, response.meta["page"]):
                if not self._is_index(walk.item):
                    yield item
                yield from self._descend(item, walk)
            with readable():
                following = walk.following(endpoint, response.meta["page"])
        except ProtocolError as error:
            following = walk.again(endpoint)
            if following is None:
                refused = Refused(Outcome.SCHEMA_CHANGED, str(error))
                yield from self._refuse(response.request, refused)
        if following is not None:
            yield self._ask(following, walk)
        elif walk.listing.finished:
            yield from self.ended(walk)

    def _descend(self, item: Item, walk: Walk) -> Iterator[Request]:
        below = self.below(item)
        if below is not None:
            yield from self._hang(below, walk)

    def _hang(self, below: Below, walk: Walk) -> Iterator[Request]:
        child = self._walk(f"{walk.listing.source}/{below.name}", below.item)
        child.owner, child.subfolder = walk.owner, below.subfolder
        request = self._ask(below.first, child)
        child.expect(below.expected)
        yield request

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Errback of every request."""
        error = failure.value
        assert error is not None
        if isinstance(error, network_errors(self.settings)):
            error = Refused(Outcome.NETWORK, describe_error(error))
        elif not isinstance(error, Refused):
            self.logger.error("%s", redacted_traceback(error))
            error = Refused(Outcome.INTERNAL, describe_error(error))
        yield from self._refuse(failure.request, error)  # type: ignore[attr-defined]  # Scrapy's

    # What is refused

    def _refuse(self, request: Request | None, refused: Refused) -> Iterator[Request]:
        """Asks for the page that shows the same; where there is none, the walk ends here.

        If the page does not help either, what counts is how the interface refused.
        """
        assert request is not None
        endpoint, kwargs = request.meta.get("endpoint"), request.cb_kwargs
        by_page = refused.doubtful or refused.outcome in _BY_PAGE
        if endpoint is not None and by_page and endpoint.page():
            yield page(
                endpoint.page(), self.platform, callback=self.parse_page, errback=self.failed,
                cb_kwargs=kwargs, meta={"shows": endpoint, "refused": refused},
            )  # fmt: skip
            return
        self._give_up(kwargs, request.meta.get("refused", refused))

    def _give_up(self, kwargs: dict[str, Any], refused: Refused) -> None:
        source = kwargs["source"] if "source" in kwargs else self._source(kwargs["link"])
        cursor = self.ledger.listing(source).cursor
        walk = self.walks.get(source)
        if walk is not None and walk.belies(refused.outcome):
            refused = Refused(Outcome.LIST_GAP, f"{refused}, though there is something")
        self.ledger.refuse(source, refused.outcome, refused.seen, cursor)

    def parse_page(self, response: Response, **kwargs: Any) -> Iterator[Item | Request]:
        """Takes what the site's page shows as the answer of the interface that refused."""
        assert response.request is not None
        meta, there = response.meta, self._onward(response)
        hops = meta.get("hops", 0)
        if there and hops < HOPS:
            yield response.request.replace(url=there, meta=meta | {"hops": hops + 1})
            return
        try:
            with readable():
                meta["page"] = meta["shows"].from_page(response.body.decode(errors="replace"))
        except ProtocolError as error:
            refused = Refused(Outcome.SCHEMA_CHANGED, str(error))
            yield from self._refuse(response.request, refused)
            return
        told = of_page(meta["page"], meta["shows"])
        if told.page is None:
            self._give_up(kwargs, Refused(told.outcome, told.seen))
            return
        self.crawler.stats.inc_value("f2/from_page")
        self.logger.info("%s; read from the site's page instead", meta["refused"])
        if "owner" in kwargs:
            yield from self.parse_owner(response, **kwargs)
        else:
            self.ledger.listing(kwargs["source"]).origin = "page"
            yield from self.parse(response, **kwargs)

    # What the next run is to know

    def _updates(self, args: WalkArgs) -> bool:
        """Whether to stop at what is archived; only where new works come on top is that sound."""
        sound = self.newest_first or self.new_on_top
        if args.update is not None or not sound:
            return bool(args.update) and sound
        options = self.settings
        everything = options.getbool("F2_RENAME") or options.getbool("F2_UPGRADE")
        return bool(parse_media_kinds(options.getlist("F2_MEDIA"))) and not everything

    def _list_id(self, source: str) -> str:
        """The list and what was wanted of it: other parse_media_kinds of files make it another list."""
        wanted = ",".join(sorted(parse_media_kinds(self.settings.getlist("F2_MEDIA"))))
        return f"{source}|{wanted}"

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's signature
        """Remembers how far each list is archived without a hole."""
        for source, walk in self.walks.items():
            if isinstance(self.args, WalkArgs) and walk.complete:
                self._finish(source, walk)

    def _finish(self, source: str, walk: Walk) -> None:
        try:
            self.archive.finish_list(self._list_id(source), walk.newest)
        except OSError as error:  # Scrapy would tell it by a traceback
            self.ledger.gap(source, Outcome.DISK, f"not remembered as complete: {error.strerror}")
