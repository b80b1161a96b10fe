"""Lists of works, and single works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from f2scrapy.model.endpoint import Login, get_path
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

    def build_second_way(self, now_ms: int) -> CreatorPosts:
        """Return the other list of the same works, from the same time on.

        One project measured that data centres get this one empty (2026-09-01).
        """
        return CreatorPosts(sec_user_id=self.sec_user_id, cursor=self.cursor or now_ms)


_WEEK_MS = 7 * 86_400_000
_OLDEST_MS = 1_472_706_000_000  # 2016-09-01, before TikTok's first work (yt-dlp)


class CreatorPosts(TiktokEndpoint):
    """Works published by a user, newest first, from a time on (not seen recorded).

    yt-dlp 2026.10.26 and gallery-dl 1.32.18 list users by it, without a signature or an msToken.
    The answer has no cursor: the next page begins at the oldest work, and a page may be empty if
    the user published nothing for about a week (yt-dlp).
    """

    url: ClassVar = f"{API}/creator/item_list/"
    params: ClassVar = "creator"
    scheme: ClassVar = ""
    rows_path: ClassVar = "itemList"
    has_more_path: ClassVar = "hasMorePrevious"
    cursor_params: ClassVar = {"cursor": "itemList"}
    max_empty_pages: ClassVar = 600  # weeks

    count: int = 15
    cursor: int  # ms since 1970; works of this time and newer ones are left out
    sec_user_id: str = Field(alias="secUid")
    order: int = Field(1, alias="type")  # 1 = newest first

    @property
    def page_key(self) -> tuple[str, int]:
        return self.url, self.cursor

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the rows; a page without any may leave out the list, even if older ones follow."""
        missing = answer.get(self.rows_path) is None and self.has_more_path in answer
        return [] if missing else super().read_rows(answer)

    def is_last_page(self, answer: Mapping[str, Any]) -> bool:
        return self.cursor < _OLDEST_MS or super().is_last_page(answer)

    def next_page(self, answer: Mapping[str, Any]) -> CreatorPosts:
        """Return the page that begins with the second of the oldest work, or a week earlier.

        Works of one second may be on two pages, so that second is requested once more. Works newer
        than the cursor come if it was the time of a machine with a clock that is behind.
        """
        times = [get_path(row, "createTime") for row in self.read_rows(answer)]
        seconds = [int(time) for time in times if str(time).isdecimal()]
        earlier = [self.cursor - _WEEK_MS] if not seconds else []
        earlier += [(min(seconds) + 1) * 1000, min(seconds) * 1000] if seconds else []
        is_behind = bool(seconds) and min(seconds) * 1000 > self.cursor
        cursor = next((ms for ms in earlier if is_behind or ms < self.cursor), self.cursor)
        return self.model_copy(update={"cursor": cursor})


class UserLike(_UserPosts):
    """Works a user likes, the latest liked first; empty if the user keeps them private."""

    url: ClassVar = f"{API}/favorite/item_list/"


class UserCollect(_UserPosts):
    """Works a user collected, the latest collected first; accounts see only their own."""

    url: ClassVar = f"{API}/user/collect/item_list/"
    login: ClassVar = Login.ACCOUNT


class UserRepost(_UserPosts):
    """Works a user reposted, the latest reposted first (not seen recorded).

    Path and parameters are those of gallery-dl 1.32.18 and two browser scripts of 2026; it answers
    without a signature (gallery-dl).
    """

    url: ClassVar = f"{API}/repost/item_list/"

    pinned: bool = Field(False, alias="needPinnedItemIds")
    request_type: int = Field(0, alias="post_item_list_request_type")


class UserStory(_Posts):
    """Works that a user shows for a day, in their order (not seen recorded).

    Path, parameters, `HasMoreAfter` and `MaxCursor` are those of gallery-dl 1.32.18 and tt-dlp
    1.4.0; it answers without a signature (gallery-dl).
    """

    url: ClassVar = f"{API}/story/item_list/"
    has_more_path: ClassVar = "HasMoreAfter"
    cursor_params: ClassVar[Mapping[str, str]] = {"cursor": "MaxCursor"}

    author_id: str = Field(alias="authorId")  # the user's uid
    count: int = 5
    load_backward: bool = Field(False, alias="loadBackward")


class PlacePosts(_Posts):
    """Works that name a place, in the platform's order (not seen recorded).

    Path, parameters, `itemList`, `cursor` and `hasMore` are those of two public clients of 2025-26
    that are less known; three more read `itemList` in answers to the site's own requests.
    """

    url: ClassVar = f"{API}/poi/item_list/"

    poi_id: str = Field(alias="poiId")


class RelatedPosts(_Posts):
    """Works similar to one (the site asks for 16 at once; its paging is undocumented)."""

    url: ClassVar = f"{API}/related/item_list/"

    count: int = 16
    aweme_id: str = Field(alias="itemID")


class ExplorePosts(_Posts):
    """Works on a tab of the page "Explore", as this visitor sees it (not seen recorded).

    Path, `categoryType`, `count` and `itemList` are those of six public clients of 2024-26 that are
    less known, `cursor` and `hasMore` those of three; 120 is the tab of all works (three).
    """

    url: ClassVar = f"{API}/explore/item_list/"

    category: int = Field(alias="categoryType")
    count: int = 16


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
    echo: ClassVar = {"itemInfo.itemStruct.id": "aweme_id"}

    aweme_id: str = Field(alias="itemId")

    @property
    def site_page_url(self) -> str:
        """The page of the work; the site redirects from any author's name to the right one."""
        return f"{SITE}/@_/video/{self.aweme_id}"

    def read_site_page(self, html: str) -> Mapping[str, Any]:
        return pages.parse_detail(pages.read_page_data(html))
