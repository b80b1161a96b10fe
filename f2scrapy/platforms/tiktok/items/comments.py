"""Comments."""

from __future__ import annotations

from typing import Annotated, ClassVar

from f2scrapy.model.fields import Count, Flag, PageUrl, Text, at, each
from f2scrapy.platforms.common import comments


class Comment(comments.Comment):
    """A comment on a work, or a reply, with the fields of TikTok alone.

    `labels` and `label_types` are aligned.
    """

    platform: ClassVar = "tiktok"

    comment_language: Text = ""  # "un" = undetermined
    is_comment_translatable: bool | None = None  # None = unknown
    labels: Annotated[list[Text], each("text")] = at([], "label_list")
    label_types: Annotated[list[Count], each("type")] = at([], "label_list")
    author_pin: Flag = False
    no_show: Flag = False
    forbid_reply_with_video: Flag = False
    allow_download_photo: Flag = False
    is_high_purchase_intent: Flag = False
    user_collected: Flag = at(False, "collect_stat")  # by the requesting account
    share_url: PageUrl = at("", "share_info.url")
