"""Declare the lists of a spider: its links, endpoints and items, and how lists belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from scrapy import Request

from f2scrapy.crawl.configured_spider import ConfiguredSpider
from f2scrapy.crawl.pagination import Pagination
from f2scrapy.model.endpoint import Endpoint, Login
from f2scrapy.model.item import Item
from f2scrapy.model.link import Link


class Owner(NamedTuple):
    """The owner of a list, fetched before it for the name of the folder and the number of rows."""

    endpoint: Endpoint
    item: type[Item]  # of the answer


class ChildList(NamedTuple):
    """A list that belongs to an item of another list, such as the replies to a comment."""

    name: str  # within the parent list, such as the comment's id
    first_page: Endpoint
    item: type[Item]  # of a row
    expected: int | None = None  # rows; None = not known
    subfolder: str = ""  # for its files, below the owner's folder


class ListSpider(ConfiguredSpider):
    """A spider with its lists; `ApiSpider` reads them."""

    mode: ClassVar[str]  # folder below F2_PATH/<platform>
    item: ClassVar[type[Item]]  # of a row
    endpoints: ClassVar[tuple[type[Endpoint], ...]]  # that may be requested for a first page
    owner: ClassVar[tuple[type[Endpoint], type[Item]] | None] = None  # of a list, see `Owner`
    wants: ClassVar[tuple[str, ...]] = ()  # kinds of link, as in links.py
    newest_first: ClassVar[bool] = False  # rows are in order of create_time, except for pinned ones
    new_on_top: ClassVar[bool] = False  # new rows come first, in another order than create_time
    is_own: ClassVar[bool] = False  # its rows should be works of the owner, counted by the owner
    index: ClassVar[bool] = False  # rows name child lists: all are read, no row is yielded

    # Hooks for subclasses

    def build_first_page(self, link: Link) -> Endpoint:
        """Return the first page of the list of `link`: the first endpoint, with the link's id."""
        return self.endpoints[0].from_link(link)

    def find_owner(self, link: Link) -> Owner | None:
        """Return the owner to fetch before the list, that of `owner`; None = no owner."""
        return Owner(self.owner[0].from_link(link), self.owner[1]) if self.owner else None

    def build_first_page_for(self, link: Link, owner: Any) -> Endpoint:  # noqa: ARG002
        """Return the first page if it depends on the item of the owner.

        Raises:
            InputError: there is no such list.
        """
        return self.build_first_page(link)

    def resolve_link(self, link: Link, owner: Any) -> Link:
        """Return the link that identifies a list once its owner is known, by a lasting id."""
        return Link("sec_user_id", owner.sec_user_id) if link.kind == "unique_id" else link

    def get_subfolder(self, link: Link) -> str:  # noqa: ARG002 - none by default
        """Return the folder of the list's files below the owner's; "" = the owner's folder."""
        return ""

    def count_expected(self, owner: Any) -> int | None:  # noqa: ARG002 - not known by default
        """Return the number of rows by the owner's count; None = unknown."""
        return None

    def get_child_list(self, item: Item) -> ChildList | None:  # noqa: ARG002 - none by default
        """Return the list that belongs to an item; None = there is none, or the user wants none."""
        return None

    def finish_list(self, pagination: Pagination) -> Iterator[Request]:  # noqa: ARG002
        """Yield more requests when a list has been read to its end."""
        yield from ()

    @classmethod
    def needs_account(cls) -> bool:
        """Return whether all endpoints need an account; then guests are refused at once."""
        return all(endpoint.login is Login.ACCOUNT for endpoint in cls.endpoints)
