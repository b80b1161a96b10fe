"""Comments on works, and replies to them."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.platforms.tiktok.endpoints import API, TiktokEndpoint


class _Comments(TiktokEndpoint):
    """A list of comments; its answers have names in snake_case."""

    rows_path: ClassVar = "comments"
    has_more_path: ClassVar = "has_more"
    cursor_params: ClassVar = {"cursor": "cursor"}

    count: int = 20  # rows a page
    cursor: int = 0  # rows before the page


class PostComment(_Comments):
    """Comments on a work, in the platform's ranking."""

    url: ClassVar = f"{API}/comment/list/"

    aweme_id: str
    current_region: str = ""


class CommentReply(_Comments):
    """Replies to a comment, including replies to replies."""

    url: ClassVar = f"{API}/comment/list/reply/"

    comment_id: str
    item_id: str  # the work's
    current_region: str = ""
