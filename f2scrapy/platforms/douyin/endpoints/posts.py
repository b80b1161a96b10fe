"""Lists of works, and single works."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.errors import Outcome, Refused
from f2scrapy.model.endpoint import Endpoint, get_path
from f2scrapy.platforms.common.reasons import find_reason
from f2scrapy.platforms.douyin import pages
from f2scrapy.platforms.douyin.endpoints import SITE, WEB, DouyinEndpoint

# Reasons for a missing work, by the message for users; the first match counts.
_MESSAGES = (
    (r"繁忙|稍后", Outcome.SERVER_ERROR),
    (r"地区", Outcome.REGION),
    (r"私密|隐私", Outcome.PRIVATE),
    (r"审核|违规|违反", Outcome.PROHIBITED),
    (r"删除|不存在|不见了", Outcome.DELETED),
)

WHOLE = "is_whole"  # beside the text of an article, if an answer shows all of it


class UserPost(DouyinEndpoint):
    """Works published by a user, newest first, pinned ones before them on the first page."""

    url: ClassVar = f"{WEB}/aweme/post/"
    cursor_is_time: ClassVar = True
    rows_path: ClassVar = "aweme_list"
    cursor_params: ClassVar = {"max_cursor": "max_cursor"}

    max_cursor: int = 0  # ms since 1970; 0 asks for the newest page
    count: int = 18  # rows a page, at most 20
    sec_user_id: str


class LocatePost(DouyinEndpoint):
    """The page of a user's list that shows a given work."""

    url: ClassVar = f"{WEB}/locate/post/"
    rows_path: ClassVar = "aweme_list"

    sec_user_id: str
    max_cursor: str = "0"
    locate_item_id: str  # the work
    locate_item_cursor: str  # its place in the list: the time of publication, ms since 1970
    locate_query: bool = True
    count: int = 10

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        """Return LIST_GAP for a page without the requested work."""
        refused = super().find_refusal(answer)
        if refused or not isinstance(answer.get("aweme_list"), list):
            return refused
        shown = {get_path(row, "aweme_id") for row in answer["aweme_list"]}
        if self.locate_item_id in shown:
            return None
        return Refused(Outcome.LIST_GAP, "the page does not show the work it was asked for")


class PostDetail(DouyinEndpoint):
    """A work, with fresh media URLs."""

    url: ClassVar = f"{WEB}/aweme/detail/"
    item_path: ClassVar = "aweme_detail"
    echo: ClassVar = {"aweme_detail.aweme_id": "aweme_id"}

    aweme_id: str

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the work; an article is marked as whole, since lists show its beginning only."""
        [work] = super().read_rows(answer)
        article = work.get("article_info")
        is_article = isinstance(article, dict)
        return [work | {"article_info": article | {WHOLE: True}} if is_article else work]

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        """Return the reason for an unavailable work, which is null or absent beside its reason."""
        refused = super().find_refusal(answer)
        is_named = "aweme_detail" in answer or "filter_detail" in answer
        if refused or answer.get("aweme_detail") is not None or not is_named:
            return refused
        detail = answer.get("filter_detail") or {}
        reason, message, notice = (
            str(detail.get(name) or "") for name in ("filter_reason", "detail_msg", "notice")
        )
        text = " ".join(filter(None, (reason, message or notice))) or "no reason"
        outcome = _explain(reason, f"{message} {notice}")
        return Refused(outcome, f"the work is not shown: {text}")

    def find_other_channel(self) -> Endpoint | None:
        return OpenPostDetail(aweme_id=self.aweme_id)

    @property
    def site_page_url(self) -> str:
        return f"{SITE}/video/{self.aweme_id}"

    def read_site_page(self, html: str) -> Mapping[str, Any]:
        return pages.parse_detail(pages.read_render_data(html))


class OpenPostDetail(PostDetail):
    """A work as pages of other sites show it, by open.douyin.com: without cookies and signature.

    The gateway lets it pass (nonebot-plugin-parser-lite #311, 2026-09-15: 16 of 16; several other
    projects until 2026-10). It may be closed any day, so it is the second way, not the first.
    """

    referer: ClassVar = "https://open.douyin.com/"
    params: ClassVar = "open"
    scheme: ClassVar = ""
    anonymous: ClassVar = True

    def build_headers(self) -> dict[str, str]:
        return {"Origin": self.referer.rstrip("/")} | super().build_headers()

    def find_other_channel(self) -> Endpoint | None:
        return None


def _explain(reason: str, message: str) -> Outcome:
    found = (outcome for words, outcome in _MESSAGES if re.search(words, message))
    by_message = next(found, None)
    if by_message is Outcome.SERVER_ERROR:
        return by_message
    return find_reason(reason) or by_message or Outcome.SCHEMA_CHANGED
