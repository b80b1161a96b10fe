"""Lists of works, and single ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.douyin import pages
from f2scrapy.douyin.endpoints import SITE, WEB, DouyinEndpoint
from f2scrapy.endpoint import look
from f2scrapy.errors import Outcome, ProtocolError, Refused


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

    aweme_id: str

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        """A work that cannot be had is null beside a reason."""
        refused = super().refusal(page)
        if refused or page.get("aweme_detail") is not None or "aweme_detail" not in page:
            return refused
        reason = page.get("filter_detail") or {}
        text = " ".join(str(reason.get(key) or "") for key in ("filter_reason", "detail_msg"))
        hidden = any(word in text for word in ("private", "私密", "self_see", "friend"))
        return Refused(Outcome.PRIVATE if hidden else Outcome.DELETED, f"no such work: {text}")

    def page(self) -> str:
        return f"{SITE}/video/{self.aweme_id}"

    def from_page(self, html: str) -> Mapping[str, Any]:
        answer = pages.detail(pages.render_data(html))
        if look(answer, "aweme_detail.aweme_id") != self.aweme_id:
            raise ProtocolError("the page shows another work")
        return answer
