"""Works."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Annotated, Any, ClassVar

from pydantic import Field

from f2scrapy.errors import Outcome
from f2scrapy.model.fields import (
    Count,
    Flag,
    Id,
    MaybeFlag,
    Moment,
    PageUrl,
    Stat,
    Text,
    Url,
    at,
    each,
)
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind, Unoffered
from f2scrapy.platforms.common.captions import Caption
from f2scrapy.platforms.common.media import FileAddress, make_single
from f2scrapy.platforms.common.posts import BasePost
from f2scrapy.platforms.douyin.danmaku import write_xml
from f2scrapy.platforms.douyin.endpoints.danmaku import PostDanmaku
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.items.articles import Article
from f2scrapy.platforms.douyin.items.media import Image, Sticker, Video


class AwemeType(IntEnum):
    """The types of works with a known meaning. Media follow from the content, never from this."""

    VIDEO = 0
    IMAGES = 68
    LIVE = 101  # the card of a live room
    ARTICLE = 163  # a text with pictures; its video is the music alone


# Parts of a work. Feeds have their fields in the order of the bases, the last base first.


class Work(BasePost):
    """The type, texts and place of a work."""

    platform: ClassVar = "douyin"
    content_paths: ClassVar = ("video", "images", "article_info")

    aweme_type: Annotated[AwemeType | int | None, Field(union_mode="left_to_right")] = None
    media_type: Count = 0
    create_time: Moment = None
    caption: Text = ""
    title: Text = at("", "item_title", "article_info.article_title")
    hashtag_names: Annotated[list[Text], each("hashtag_name", where="hashtag_name")] = at(
        [], "text_extra"
    )
    hashtag_ids: Annotated[list[Id], each("hashtag_id", where="hashtag_name")] = at(
        [], "text_extra"
    )
    mentions: Annotated[list[Text], each("sec_uid", where="sec_uid")] = at([], "text_extra")
    share_url: PageUrl = at("", "share_info.share_url", "share_url")
    region: Text = ""  # ISO 3166
    poi_name: Text = at("", "poi_info.poi_name")
    seo_ocr_content: Text = at("", "seo_info.seo_ocr_content")
    comment_gid: Id = ""
    position: Any = None  # null in every answer seen


class Author(Item):
    """The author of a work."""

    uid: Id = at("", "author.uid", "author_user_id")
    sec_user_id: Text = at("", "author.sec_uid")
    unique_id: Text = at("", "author.unique_id")
    short_id: Id = at("", "author.short_id")
    nickname: Text = at("", "author.nickname")
    author_avatar_thumb: Url = at("", "author.avatar_thumb.url_list.0")


class Statistics(Item):
    """The counts of a work at the time of the request."""

    digg_count: Stat = at(None, "statistics.digg_count")
    comment_count: Stat = at(None, "statistics.comment_count")
    share_count: Stat = at(None, "statistics.share_count")
    collect_count: Stat = at(None, "statistics.collect_count")
    play_count: Stat = at(None, "statistics.play_count")  # 0 on the web for most works
    recommend_count: Stat = at(None, "statistics.recommend_count")
    admire_count: Stat = at(None, "statistics.admire_count")
    danmaku_count: Stat = at(None, "danmaku_control.danmaku_cnt")


class Permissions(Item):
    """The visibility of a work, and the actions allowed on it; None = unknown."""

    is_delete: Flag = at(False, "status.is_delete")
    is_prohibited: Flag = at(False, "status.is_prohibited")
    in_reviewing: Flag = at(False, "status.in_reviewing")
    private_status: Count = at(0, "status.private_status")
    part_see: Count = at(0, "status.part_see")
    is_top: Flag = False
    is_ads: Flag = False
    is_story: Flag = False
    can_comment: bool | None = at(None, "aweme_control.can_comment")
    can_forward: bool | None = at(None, "aweme_control.can_forward")
    can_share: bool | None = at(None, "aweme_control.can_share")
    can_show_comment: bool | None = at(None, "aweme_control.can_show_comment")
    allow_share: bool | None = at(None, "video_control.allow_share")
    allow_download: bool | None = at(None, "video_control.allow_download")
    allow_douplus: bool | None = at(None, "video_control.allow_douplus")
    download_setting: int | None = at(None, "video_control.download_setting")


class Music(Item):
    """The music of a work."""

    music_id: Id = at("", "music.id")
    music_mid: Id = at("", "music.mid")
    music_title: Text = at("", "music.title")
    music_author: Text = at("", "music.author")
    music_album: Text = at("", "music.album")
    music_duration_s: Count = at(0, "music.duration")
    music_status: Stat = at(None, "music.status")  # 1 = available, 0 = withdrawn
    music_play_url: Url = at("", "music.play_url.url_list.0")
    music_owner_id: Id = at("", "music.owner_id")
    music_owner_nickname: Text = at("", "music.owner_nickname")
    music_owner_handle: Text = at("", "music.owner_handle")
    music_author_deleted: Flag = at(False, "music.author_deleted")
    is_commerce_music: Flag = at(False, "music.is_commerce_music")
    is_original: Flag = at(False, "music.is_original")
    is_original_sound: Flag = at(False, "music.is_original_sound")
    is_pgc: Flag = at(False, "music.is_pgc")
    pgc_title: Text = at("", "music.matched_pgc_sound.title")
    pgc_author: Text = at(
        "", "music.matched_pgc_sound.author", "music.matched_pgc_sound.pgc_author"
    )
    pgc_author_title: Text = at("", "music.matched_pgc_sound.pgc_author_title")
    pgc_music_type: Count = at(0, "music.pgc_music_type", "music.matched_pgc_sound.pgc_music_type")


class Mix(Item):
    """The collection of a work; empty if there is none. F2 reads the second paths only."""

    mix_id: Id = at("", "mix_info.mix_id")
    mix_name: Text = at("", "mix_info.mix_name")
    mix_desc: Text = at("", "mix_info.desc", "mix_info.mix_desc")
    mix_type: Count = at(0, "mix_info.mix_type")
    mix_pic_type: Count = at(0, "mix_info.mix_pic_type")
    mix_episode: Count = at(0, "mix_info.statis.current_episode")  # its place there, from 1
    mix_share_url: PageUrl = at("", "mix_info.share_info.share_url", "mix_info.mix_share_url")
    mix_create_time: Moment = at(None, "mix_info.create_time", "mix_info.mix_create_time")
    mix_update_time: Moment = at(None, "mix_info.update_time", "mix_info.mix_update_time")


class Series(Item):
    """The paid content and the series of a work; None = unknown."""

    is_charge_content: MaybeFlag = at(None, "charge_info.is_charge_content")
    has_paid: MaybeFlag = at(None, "charge_info.has_paid")  # the requesting account
    is_charge_series: MaybeFlag = at(None, "series_info.is_charge_series")
    series_id: Id = at("", "series_info.series_id")
    series_name: Text = at("", "series_info.series_name")
    series_episode: Count = at(0, "series_info.stats.current_episode")  # its place there, from 1
    series_episode_count: Count = at(0, "series_info.stats.total_episode")
    series_updated_to: Count = at(0, "series_info.stats.updated_to_episode")
    series_play_count: Stat = at(None, "series_info.stats.play_vv")
    series_collect_count: Stat = at(None, "series_info.stats.collect_vv")


class Post(Series, Mix, Music, Permissions, Statistics, Author, Work):
    """A work: a video, an image set, live photos, or a card such as that of a live room.

    Only `aweme_id` is required. `images` holds the first URL of each picture and, aligned with it,
    `images_video` that of its moving part, "" = none; `hashtag_names` and `hashtag_ids` are
    aligned; `mentions` are sec_user_ids.
    """

    duration_ms: Count = at(0, "duration", "video.duration")
    width: Count = at(0, "video.width")  # pixels
    height: Count = at(0, "video.height")
    is_long_video: Flag = at(False, "video.is_long_video")
    cover: Url = at("", "video.origin_cover.url_list.0")
    animated_cover: Url = at("", "video.animated_cover.url_list.0")
    video_play_addr: list[Url] = at([], "video.bit_rate.0.play_addr.url_list")
    video_bit_rate: Annotated[list[Count], each("bit_rate")] = at([], "video.bit_rate")
    images: Annotated[list[Url], each("url_list.0")] = at([], "images")
    images_video: Annotated[list[Url], each("video.play_addr.url_list.0")] = at([], "images")

    # For list_media(); in no feed.
    video: Video | None = at(None, "video", exclude=True, repr=False)
    pictures: list[Image] | None = at(None, "images", exclude=True, repr=False)
    sound: FileAddress | None = at(None, "music.play_url", exclude=True, repr=False)
    stickers: list[Sticker] | None = at(None, "interaction_stickers", exclude=True, repr=False)
    article: Article | None = at(None, "article_info", exclude=True, repr=False)

    def find_state(self) -> Outcome:
        if self.is_delete:
            return Outcome.DELETED
        if self.is_prohibited or (self.in_reviewing and not self.has_addresses):
            return Outcome.PROHIBITED
        # F2 downloads 0, 1 and 2.
        if self.private_status not in (0, 1, 2) or (self.private_status and not self.has_addresses):
            return Outcome.PRIVATE
        return Outcome.OK

    def detail_endpoint(self) -> PostDetail:
        """Return the endpoint that renews its media URLs."""
        return PostDetail(aweme_id=self.aweme_id)

    @property
    def has_content(self) -> bool:
        return self.aweme_type is not AwemeType.LIVE

    @property
    def is_preview(self) -> bool:
        """Whether the answer shows minutes of it alone, since the account has not paid for it.

        So three public clients of 2026 read it; jiji262/douyin-downloader has such an answer.
        """
        return self.is_charge_content is True and self.has_paid is False

    @property
    def absence(self) -> tuple[Outcome, str]:
        if self.is_preview:
            return Outcome.PRIVATE, "it has to be paid for: the platform shows a preview alone"
        outcome, detail = super().absence
        is_empty = self.article is not None and outcome is Outcome.MEDIA_BROKEN
        return outcome, "the answer holds no text" if is_empty else detail

    def find_mentioned(self) -> dict[MediaKind, str]:
        why = "the platform withdrew it" if self._is_withdrawn else "the answer names no address"
        music = {MediaKind.MUSIC: why} if self.music_id else {}
        return super().find_mentioned() | music

    @property
    def _is_withdrawn(self) -> bool:
        """Whether the answer says that the music is not available any more."""
        return self.music_status not in (None, 1)

    def _list_video(self) -> Iterator[Media]:
        """Yield its video; that of a preview counts as missing, so that it passes for no whole."""
        for video in super()._list_video():
            yield self._make_content(video.kind, video.suffix) if self.is_preview else video

    def list_captions(self) -> list[Caption]:
        """Return the captions of its author, then those by speech recognition."""
        written = (self.video.captions if self.video else None) or []
        spoken = [one for sticker in self.stickers or () for one in sticker.captions or ()]
        return [*(one.as_caption() for one in written), *(one.as_caption() for one in spoken)]

    def list_extras(self) -> Iterator[Media]:
        yield from super().list_extras()
        if not self._is_withdrawn:
            yield make_single(MediaKind.MUSIC, "_music.mp3", self.sound)

    def list_media(self) -> list[Media]:
        """Return its files, with the text of an article, and danmaku of a video that has some."""
        files = super().list_media()
        if self.article and self.state is Outcome.OK:
            files += self._list_article(self.article)
        if self._may_have_danmaku and self.duration_ms:
            files += self._list_danmaku()
        return files

    @property
    def _may_have_danmaku(self) -> bool:
        """Whether it is a video with danmaku, or of an answer that does not count them."""
        return self.danmaku_count != 0 and any(self._list_video()) and self.state is Outcome.OK

    def _list_danmaku(self) -> Iterator[Media]:
        """Yield the danmaku in a format for programs, and as subtitles that players find."""
        page = PostDanmaku.of_work(self.aweme_id, self.duration_ms)
        for suffix, name in (("_danmaku.xml", "danmaku"), ("_video.ass", "danmaku_ass")):
            yield Media(kind=MediaKind.DANMAKU, suffix=suffix, name=name, first_page=page,
                        write_rows=write_xml)  # fmt: skip

    def list_unoffered(self) -> list[Unoffered]:
        is_unknown = self._may_have_danmaku and not self.duration_ms
        why = "the answer does not hold the length of the video"
        danmaku = [Unoffered(MediaKind.DANMAKU, why)] if is_unknown else []
        return [*super().list_unoffered(), *danmaku]

    def _list_article(self, article: Article) -> Iterator[Media]:
        """Yield the text of an article, and its pictures; that of a list is not all of it."""
        text = article.format_text() if article.is_whole else ""
        pictures = dict(enumerate(article.pictures, len(self.pictures or ()) + 1))
        more: dict[str, Any] = {"is_unknown": not article.is_whole}
        if text:
            addresses = {f"image_{n}": one.markdown_url for n, one in pictures.items()}
            figures = {asset: address for asset, address in addresses.items() if address}
            more = {"text": text, "figures": figures}
        yield self._make_content(MediaKind.ARTICLE, "_article.md", **more)
        for number, picture in pictures.items():
            yield picture.as_media(number)
