"""Lists of works, and single ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from f2scrapy.model.endpoint import Login
from f2scrapy.platforms.tiktok import pages
from f2scrapy.platforms.tiktok.endpoints import API, SITE, TiktokEndpoint


class _Posts(TiktokEndpoint):
    """A list of works."""

    rows: ClassVar = "itemList"
    turns: ClassVar[Mapping[str, str]] = {"cursor": "cursor"}

    count: int = 30  # rows a page, at most 35
    cursor: int = 0  # as the answer before gave it; 0 asks for the newest page


class _UsersPosts(_Posts):
    """A list of works that belongs to a user."""

    cover_format: int = Field(2, alias="coverFormat")
    sec_user_id: str = Field(alias="secUid")


class UserPost(_UsersPosts):
    """Works published by a user, newest first, pinned ones before them on the first page.

    Its cursor is a time of publication, in ms since 1970.
    """

    url: ClassVar = f"{API}/post/item_list/"

    count: int = 35


class UserLike(_UsersPosts):
    """Works a user likes, the latest liked first; empty where the user keeps them private."""

    url: ClassVar = f"{API}/favorite/item_list/"


class UserCollect(_UsersPosts):
    """Works a user collected, the latest collected first; accounts see their own alone."""

    url: ClassVar = f"{API}/user/collect/item_list/"
    login: ClassVar = Login.ACCOUNT


class RelatedPosts(_Posts):
    """Works similar to one (the page asks for 16 at once; its paging is nowhere told)."""

    url: ClassVar = f"{API}/related/item_list/"

    count: int = 16
    item_id: str = Field(alias="itemID")


class HomeFeed(_Posts):
    """What the start page recommends; every page is another choice, and there is no last one."""

    url: ClassVar = f"{API}/recommend/item_list/"
    turns: ClassVar = {"pull": ""}
    endless: ClassVar = True

    asked_from: str = Field("fyp", alias="from_page")
    pull: int = Field(0, exclude=True)  # number of the page

    def turned(self, page: Mapping[str, Any]) -> HomeFeed:  # noqa: ARG002 - pages are just counted
        return self.model_copy(update={"pull": self.pull + 1})


class PostDetail(TiktokEndpoint):
    """One work, with media addresses made anew."""

    url: ClassVar = f"{API}/item/detail/"
    thing: ClassVar = "itemInfo.itemStruct"
    about: ClassVar = {"itemInfo.itemStruct.id": "item_id"}

    item_id: str = Field(alias="itemId")

    def page(self) -> str:
        """Whose the work is need not be known: the page of another leads to that of the owner."""
        return f"{SITE}/@_/video/{self.item_id}"

    def from_page(self, html: str) -> Mapping[str, Any]:
        return pages.detail(pages.page_data(html))
