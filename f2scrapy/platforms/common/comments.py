"""The fields of comments that all platforms share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from f2scrapy.model.fields import Count, Flag, Id, Moment, Stat, Text, Url, at, each
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.platforms.common.media import FileAddress, Image, make_single


class Comment(Item):
    """A comment on a work, or a reply; only `comment_id` is required.

    `reply_id` is the comment above a reply, `reply_to_reply_id` the reply it answers; "" = none.
    `images` holds the first URL of each picture, `mentions` sec_user_ids.
    """

    kind: ClassVar = "comment"
    noun: ClassVar = "comment"

    comment_id: Annotated[Id, Field(min_length=1)] = at(..., "cid")
    aweme_id: Id = ""
    reply_id: Id = ""
    reply_to_reply_id: Id = ""
    create_time: Moment = None
    comment_text: Text = at("", "text")
    mentions: Annotated[list[Text], each("sec_uid", where="sec_uid")] = at([], "text_extra")
    uid: Id = at("", "user.uid")
    sec_user_id: Text = at("", "user.sec_uid")
    unique_id: Text = at("", "user.unique_id")
    nickname: Text = at("", "user.nickname")
    avatar_thumb: Url = at("", "user.avatar_thumb.url_list.0")
    digg_count: Stat = None
    reply_comment_total: Stat = None
    reply_comment_id: Id = at("", "reply_comment.0.cid")  # the reply shown with it
    reply_comment_text: Text = at("", "reply_comment.0.text")
    label_text: Text = ""  # such as "the author"
    label_type: int | None = None
    status: Count = 0
    stick_position: Count = 0  # 0 = not pinned
    is_author_digged: Flag = False
    user_digged: Flag = False  # by the requesting account
    user_buried: Flag = False
    images: Annotated[list[Url], each("origin_url.url_list.0", where="origin_url")] = at(
        [], "image_list"
    )

    # For list_media(); in no feed.
    pictures: Annotated[list[Image], each("origin_url", where="origin_url")] = at(
        [], "image_list", exclude=True, repr=False
    )
    sticker: FileAddress | None = at(
        None, "sticker.animate_url", "sticker.static_url", exclude=True, repr=False
    )

    @property
    def id(self) -> str:
        return self.comment_id

    @property
    def desc(self) -> str:
        """Its text, for templates of file names."""
        return self.comment_text

    @property
    def reply_count(self) -> int:
        return self.reply_comment_total or 0

    def list_media(self) -> list[Media]:
        """Return its pictures, even those without a URL, and its sticker."""
        return list(self._list_files())

    def _list_files(self) -> Iterator[Media]:
        for number, image in enumerate(self.pictures, 1):
            stills = image.list_renditions()
            suffix = f"_image_{number}.{stills[0].codec if stills else 'webp'}"
            yield Media(kind=MediaKind.IMAGE, suffix=suffix, renditions=stills)
        if self.sticker and self.sticker.urls:
            yield make_single(MediaKind.IMAGE, "_sticker.webp", self.sticker)
