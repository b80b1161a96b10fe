"""Give access to the platforms by name; each has a folder with the same modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:  # `scrapy list` runs without these imports
    from f2scrapy.api.identity import Identity
    from f2scrapy.api.session import Session
    from f2scrapy.model.account import AccountOwner
    from f2scrapy.model.endpoint import Endpoint
    from f2scrapy.model.link import Kind, Link
    from f2scrapy.model.tokens import TokenAsk


class Links(Protocol):
    """The module `links` of a platform."""

    KINDS: Mapping[str, Kind]

    def find(self, text: str) -> list[Link]: ...

    def choose_list(self, link: Link, text: str) -> str: ...

    def name_unoffered(self, text: str) -> str: ...

    def name_spider(self, text: str) -> str | None: ...

    def is_platform_url(self, url: str) -> bool: ...


class Guest(Protocol):
    """The module `guest` of a platform."""

    def list_token_requests(self, identity: Identity) -> Iterator[TokenAsk]: ...

    def make_substitute(self, name: str) -> dict[str, str] | None: ...


class AccountModule(Protocol):
    """The module `account` of a platform."""

    CHECK: Endpoint  # its answer tells whose the login is
    GUEST_CHECK: Endpoint

    def read_owner(self, answer: Mapping[str, Any]) -> AccountOwner: ...


class Site(Protocol):
    """The module `site` of a platform."""

    DOMAIN: str
    HOME: str
    LOGIN_PAGE: str
    LANGUAGES: str
    TIME_ZONE: str  # "" = that of this machine
    INTERFACES: str
    PAGE_OWNED: frozenset[str]
    IS_SORTED: bool


class Webcast(Protocol):
    """The module `webcast` of a platform."""

    KINDS: tuple[str, ...]  # of links that lead to a room
    IDS: Mapping[str, Kind]  # kinds of which an id counts without a link
    HEARTBEAT_HAS_ROOM_ID: bool
    OPENS_DIRECTLY: bool  # the socket opens without an answer of `messages_endpoint`
    HIDES_GIFTS: bool

    async def find_room(self, session: Session, link: Link) -> Any: ...

    def messages_endpoint(
        self, room_id: str, cursor: str = "", internal_ext: str = ""
    ) -> Endpoint: ...

    def socket_endpoint(
        self,
        room_id: str,
        cursor: str,
        internal_ext: str,
        route: Mapping[str, str],
        push_server: str = "",
    ) -> Endpoint: ...


@dataclass(frozen=True)
class Platform:
    """The modules of a platform, each imported at its first use."""

    name: str

    @cached_property
    def links(self) -> Links:
        """The module that finds links in text."""
        return cast("Links", self._load("links"))

    @cached_property
    def guest(self) -> Guest:
        """The module of the guest tokens."""
        return cast("Guest", self._load("guest"))

    @cached_property
    def account(self) -> AccountModule:
        """The module of the login's owner."""
        return cast("AccountModule", self._load("account"))

    @cached_property
    def site(self) -> Site:
        """The module of the site as a browser shows it."""
        return cast("Site", self._load("site"))

    @cached_property
    def webcast(self) -> Webcast:
        """The module of live rooms."""
        return cast("Webcast", self._load("webcast"))

    def _load(self, module: str) -> Any:
        return import_module(f"{__name__}.{self.name}.{module}")


@cache
def get_platform(name: str) -> Platform:
    """Return a platform by its name, one of `list_platforms`."""
    return Platform(name)


@cache
def list_platforms() -> list[str]:
    """Return the names of the platforms; a bare id belongs to the first that knows its format."""
    needed = ("webcast.py", "links.py", "guest.py")
    folders = files(__name__).iterdir()
    return sorted(f.name for f in folders if all(f.joinpath(n).is_file() for n in needed))


def find_platform(spider: str) -> str:
    """Return the platform of a spider by its name; "" = a user's own spider."""
    platform = spider.partition("_")[0]
    return platform if platform in list_platforms() else ""
