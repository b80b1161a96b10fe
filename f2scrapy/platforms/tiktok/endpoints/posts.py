"""Lists of works, and single works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from f2scrapy.model.endpoint import Login
from f2scrapy.platforms.tiktok import pages
from f2scrapy.platforms.tiktok.endpoints import API, SITE, TiktokEndpoint


class _Posts(TiktokEndpoint):
    """A list of works."""

    rows_path: ClassVar = "itemList"
    cursor_params: ClassVar[Mapping[str, str]] = {"cursor": "cursor"}

    count: int = 30  # rows a page, at most 35
    cursor: int = 0  # from the previous answer; 0 asks for the newest page


class _UserPosts(_Posts):
    """A list of works that belongs to a user."""

    cover_format: int = Field(2, alias="coverFormat")
    sec_user_id: str = Field(alias="secUid")


class UserPost(_UserPosts):
    """Works published by a user, newest first, pinned ones before them on the first page.

    Its cursor is a time of publication, in ms since 1970.
    """

    url: ClassVar = f"{API}/post/item_list/"
    cursor_is_time: ClassVar = True

    count: int = 35


class UserLike(_UserPosts):
    """Works a user likes, the latest liked first; empty if the user keeps them private."""

    url: ClassVar = f"{API}/favorite/item_list/"


class UserCollect(_UserPosts):
    """Works a user collected, the latest collected first; accounts see only their own."""

    url: ClassVar = f"{API}/user/collect/item_list/"
    login: ClassVar = Login.ACCOUNT


class RelatedPosts(_Posts):
    """Works similar to one (the site asks for 16 at once; its paging is undocumented)."""

    url: ClassVar = f"{API}/related/item_list/"

    count: int = 16
    item_id: str = Field(alias="itemID")


class HomeFeed(_Posts):
    """Recommendations of the start page; every page is a new selection, and none is the last."""

    url: ClassVar = f"{API}/recommend/item_list/"
    cursor_params: ClassVar = {"pull": ""}
    infinite: ClassVar = True

    asked_from: str = Field("fyp", alias="from_page")
    pull: int = Field(0, exclude=True)  # number of the page

    def next_page(self, answer: Mapping[str, Any]) -> HomeFeed:  # noqa: ARG002 - pages are just counted
        return self.model_copy(update={"pull": self.pull + 1})


class PostDetail(TiktokEndpoint):
    """A work, with fresh media URLs."""

    url: ClassVar = f"{API}/item/detail/"
    item_path: ClassVar = "itemInfo.itemStruct"
    echo: ClassVar = {"itemInfo.itemStruct.id": "item_id"}

    item_id: str = Field(alias="itemId")

    @property
    def site_page_url(self) -> str:
        """The page of the work; the site redirects from any author's name to the right one."""
        return f"{SITE}/@_/video/{self.item_id}"

    def read_site_page(self, html: str) -> Mapping[str, Any]:
        return pages.parse_detail(pages.read_page_data(html))
