"""Lists of works, and single ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import look
from f2scrapy.platforms.douyin import pages
from f2scrapy.platforms.douyin.endpoints import SITE, WEB, DouyinEndpoint

# Why a work is not shown, by words of `filter_reason` (status_self_see, status_deleted, core_dep,
# seen by users of other tools) and of what people are told; the first that is found counts.
_REASONS = (
    (r"busy|error|timeout|繁忙|稍后", Outcome.SERVER_ERROR),
    (r"region|地区", Outcome.REGION),
    (r"private|私密|self_see|part_see|friend", Outcome.PRIVATE),
    (r"delete|not_exist|core_dep|删除|不存在", Outcome.DELETED),
)


class UserPost(DouyinEndpoint):
    """Works published by a user, newest first, pinned ones before them on the first page."""

    url: ClassVar = f"{WEB}/aweme/post/"
    rows: ClassVar = "aweme_list"
    turns: ClassVar = {"max_cursor": "max_cursor"}

    max_cursor: int = 0  # ms since 1970; 0 asks for the newest page
    count: int = 18  # rows a page, at most 20
    sec_user_id: str


class LocatePost(DouyinEndpoint):
    """The page of a user's list that shows a given work."""

    url: ClassVar = f"{WEB}/locate/post/"
    rows: ClassVar = "aweme_list"

    sec_user_id: str
    max_cursor: str = "0"
    locate_item_id: str  # the work
    locate_item_cursor: str  # where it stands in the list: when it was published, ms since 1970
    locate_query: bool = True
    count: int = 10

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        """A page without the work is none that was asked for."""
        refused = super().refusal(page)
        if refused or not isinstance(page.get("aweme_list"), list):
            return refused
        shown = {look(row, "aweme_id") for row in page["aweme_list"]}
        if self.locate_item_id in shown:
            return None
        return Refused(Outcome.LIST_GAP, "the page does not show the work it was asked for")


class PostDetail(DouyinEndpoint):
    """One work, with media addresses made anew."""

    url: ClassVar = f"{WEB}/aweme/detail/"
    thing: ClassVar = "aweme_detail"
    about: ClassVar = {"aweme_detail.aweme_id": "aweme_id"}

    aweme_id: str

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        """A work that cannot be had is null beside a reason."""
        refused = super().refusal(page)
        if refused or page.get("aweme_detail") is not None or "aweme_detail" not in page:
            return refused
        reason = page.get("filter_detail") or {}
        told = filter(None, map(reason.get, ("filter_reason", "detail_msg")))
        text = " ".join(map(str, told)) or "no reason"
        meant = (outcome for words, outcome in _REASONS if re.search(words, text))
        return Refused(next(meant, Outcome.SCHEMA_CHANGED), f"the work is not shown: {text}")

    def page(self) -> str:
        return f"{SITE}/video/{self.aweme_id}"

    def from_page(self, html: str) -> Mapping[str, Any]:
        return pages.detail(pages.render_data(html))
