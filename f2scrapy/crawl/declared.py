"""Declared: what a spider says of itself, and its arguments; nothing is asked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, ClassVar, NamedTuple, Self, get_args, get_type_hints

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from f2scrapy.api.redirects import Links
from f2scrapy.config.file import platform_of, spider_defaults, spider_settings
from f2scrapy.crawl.arguments import Args, KeywordArgs, LinkArgs, checked
from f2scrapy.crawl.pagination import Walk
from f2scrapy.errors import InputError
from f2scrapy.model.endpoint import Endpoint, Login
from f2scrapy.model.item import Item
from f2scrapy.model.link import CALLED, OWN, Link, named
from f2scrapy.platforms import list_platforms


class Owner(NamedTuple):
    """Who or what to ask about before a list: it names the folder and counts the rows."""

    endpoint: Endpoint
    item: type[Item]  # what the answer becomes


class Below(NamedTuple):
    """A list that hangs below an item of another, such as the replies to a comment."""

    name: str  # of the list within the other, such as the comment's id
    first: Endpoint
    item: type[Item]  # what a row becomes
    expected: int | None = None  # rows; None = nobody counts them
    subfolder: str = ""  # for its files, below the owner's folder


class Declared(Spider):
    """What a spider says of itself: subclasses of `ApiSpider` override what is other for them."""

    mode: ClassVar[str]  # folder below F2_PATH/<platform>
    args: Args  # the annotation validates the arguments
    item: ClassVar[type[Item]]  # what a row becomes
    wants: ClassVar[tuple[str, ...]] = ()  # kinds of link it takes, as links.py names them
    defaults: ClassVar[Mapping[str, Any]] = {}  # options that are other than usual for it
    newest_first: ClassVar[bool] = False  # rows come by create_time, pinned ones apart
    new_on_top: ClassVar[bool] = False  # new rows come first, whatever their create_time
    index: ClassVar[bool] = False  # rows name lists below them: all are read, none is given

    def first(self, link: Link) -> Endpoint:
        """The first page of what `link` names."""
        raise NotImplementedError

    def owner(self, link: Link) -> Owner | None:  # noqa: ARG002 - nobody's by default
        """Who to ask about before the list; None = nobody."""
        return None

    def first_of(self, link: Link, owner: Any) -> Endpoint:  # noqa: ARG002 - the link says it all
        """The first page, where what `self.owner` asked about has to be known for it."""
        return self.first(link)

    def known_as(self, link: Link, owner: Any) -> Link:
        """What to call `link` once its owner is known: names change hands, ids do not."""
        return Link("sec_user_id", owner.sec_user_id) if link.kind == "unique_id" else link

    def subfolder(self, link: Link) -> str:  # noqa: ARG002 - none by default
        """The folder that the list's files have below the owner's; "" = none of its own."""
        return ""

    def expected(self, owner: Any) -> int | None:  # noqa: ARG002 - unknown by default
        """How many rows the list has by its owner's count; None = nobody counts them."""
        return None

    def below(self, item: Item) -> Below | None:  # noqa: ARG002 - none by default
        """The list that hangs below an item; None = there is none, or it was not asked for."""
        return None

    def ended(self, walk: Walk) -> Iterator[Request]:  # noqa: ARG002 - nothing by default
        """What to ask for once a list was read to its end."""
        yield from ()

    def named(self) -> tuple[list[Link], list[str]]:
        """What the user named, and the parts of the text that name nothing we can use."""
        if isinstance(self.args, KeywordArgs) and not isinstance(self.args, LinkArgs):
            return [Link("keyword", self.args.keyword)], []
        assert isinstance(self.args, LinkArgs)
        if not self.args.url:
            return [OWN], []
        return named(self.args.parts, self.links.find, self.wants, self.links.IDS)

    # Arguments

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name)
        given = {key: value for key, value in values.items() if not key.startswith("_")}
        self.args = checked(get_type_hints(type(self))["args"], given)
        self.platform = platform_of(self.name)
        self.links: Links = import_module(f"f2scrapy.platforms.{self.platform}.links")
        self.targets, self.unusable = self.named()
        if not self.targets:
            text = "".join(self.unusable[:1])
            raise InputError(f"-a url={text}: {self._unfit(text)}")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        defaults = spider_defaults(crawler.settings, cls.name, get_type_hints(cls)["args"])
        return super().from_crawler(crawler, *args, **defaults | kwargs)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        spider_settings(settings, cls.name, cls.defaults)

    @classmethod
    def check(cls, settings: BaseSettings, values: dict[str, str]) -> None:
        """Find what is wrong with the arguments, before anything starts.

        Raises:
            InputError: something is.
        """
        spider = cls(**spider_defaults(settings, cls.name, get_type_hints(cls)["args"]) | values)
        if rows := getattr(spider.args, "page_counts", None):
            for endpoint in cls._endpoints():
                endpoint.check_size(rows)
        for link in spider.targets:
            if link.kind != "short" and spider._owner(link) is None:
                spider._entered(spider.first(link))

    @classmethod
    def for_accounts(cls) -> bool:
        """Whether what it asks is for accounts only: without their cookies nothing is asked."""
        return all(endpoint.login is Login.ACCOUNT for endpoint in cls._endpoints())

    @classmethod
    def _endpoints(cls) -> tuple[type[Endpoint], ...]:
        """What may be asked for a first page, by the annotation of what makes it."""
        own = cls.first_of is not Declared.first_of
        made = get_type_hints(cls.first_of if own else cls.first)["return"]
        return get_args(made) or (made,)

    @property
    def _wish(self) -> str:
        return " or ".join(CALLED[kind] for kind in self.wants)

    def _unfit(self, text: str) -> str:
        """Why a text is of no use."""
        if instead := self._instead(text):
            return f"this is {instead}"
        beside = "; names side by side go without their @" if "unique_id" in self.wants else ""
        return f"this holds no link or id that {self.name} can use; want {self._wish}{beside}"

    def _instead(self, text: str) -> str:
        """What a text names, be it of another platform, and what is wanted; "" = nothing."""
        for platform in [self.platform, *list_platforms()] if "/" in text else [self.platform]:
            found = import_module(f"f2scrapy.platforms.{platform}.links").find(text)
            if called := [CALLED[link.kind] for link in found if link.kind in CALLED]:
                whose = "" if platform == self.platform else f" of {platform}"
                return f"{called[0]}{whose}; {self.name} wants {self._wish}"
        return ""

    def _entered(self, endpoint: Endpoint) -> Endpoint:
        """A first page, entered and sized as the arguments say.

        Raises:
            InputError: it has no such door or size.
        """
        if cursor := getattr(self.args, "max_cursor", 0):
            endpoint = endpoint.resumed(cursor)
        rows = getattr(self.args, "page_counts", None)
        return endpoint.sized(rows) if rows else endpoint

    def _owner(self, link: Link) -> Owner | None:
        return None if link == OWN else self.owner(link)
