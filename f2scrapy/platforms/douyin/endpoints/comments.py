"""Comments on works, and replies to them."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.platforms.douyin.endpoints import WEB, MirroredEndpoint


class PostComment(MirroredEndpoint):
    """Comments on a work, in the platform's ranking."""

    url: ClassVar = f"{WEB}/comment/list/"
    rows_path: ClassVar = "comments"
    cursor_params: ClassVar = {"cursor": "cursor"}

    aweme_id: str
    cursor: int = 0  # rows before the page
    count: int = 20  # rows a page, at most 20
    item_type: int = 0
    insert_ids: str = ""
    whale_cut_token: str = ""
    cut_version: int = 1
    rcFT: str = ""  # noqa: N815 - the platform's name


class CommentReply(MirroredEndpoint):
    """Replies to a comment, including replies to replies."""

    url: ClassVar = f"{WEB}/comment/list/reply/"
    rows_path: ClassVar = "comments"
    cursor_params: ClassVar = {"cursor": "cursor"}

    item_id: str  # the work's
    comment_id: str
    cursor: int = 0  # rows before the page
    count: int = 20  # rows a page; the site itself asks for 3
    item_type: int = 0
    cut_version: int = 1
