"""Comments."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.model.fields import Count, Flag, Id, Stat, Text, Url, at
from f2scrapy.platforms.common import comments


class Comment(comments.Comment):
    """A comment on a work, or a reply, with the fields of Douyin alone."""

    platform: ClassVar = "douyin"

    reply_to_uid: Id = at("", "reply_to_userid")
    reply_to_sec_user_id: Text = at("", "reply_to_user_sec_id")
    reply_to_nickname: Text = at("", "reply_to_username")
    ip_label: Text = ""  # province or country of its author's address
    short_id: Id = at("", "user.short_id")
    region: Text = at("", "user.region")  # ISO 3166
    item_comment_total: Stat = None  # of the work
    content_type: Count = 0  # 1 text, 2 picture, 3 both
    level: Count = 0
    is_hot: Flag = False
    is_folded: Flag = False
    is_note_comment: Flag = False
    can_share: bool | None = None  # None = unknown
    sticker_url: Url = at("", "sticker.animate_url.url_list.0", "sticker.static_url.url_list.0")
