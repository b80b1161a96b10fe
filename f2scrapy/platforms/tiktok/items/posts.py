"""Works."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import quote

from pydantic import BeforeValidator, Field, model_validator

from f2scrapy.errors import Outcome
from f2scrapy.model.fields import Count, Flag, Id, Moment, Stat, Text, Url, at, each
from f2scrapy.model.item import Item
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.platforms.common.captions import Caption
from f2scrapy.platforms.common.media import make_single
from f2scrapy.platforms.common.posts import BasePost
from f2scrapy.platforms.tiktok.endpoints.posts import PostDetail
from f2scrapy.platforms.tiktok.items.media import Image, SingleUrl, Video

# Pages of 2023 have the author's name in place of an object.
Name = Annotated[Text, BeforeValidator(lambda v: v if isinstance(v, str) else "")]
Milliseconds = Annotated[int, BeforeValidator(lambda v: round(float(v or 0) * 1000))]  # from s
_Urls = Annotated[list[Url], BeforeValidator(lambda v: [v] if v and isinstance(v, str) else [])]


# Parts of a work. Feeds have their fields in the order of the bases, the last base first.


class Work(BasePost):
    """The texts, tags and place of a work."""

    platform: ClassVar = "tiktok"
    content_paths: ClassVar = ("video", "imagePost")

    aweme_id: Annotated[Id, Field(min_length=1)] = at(..., "id")
    create_time: Moment = at(None, "createTime")
    title: Text = at("", "imagePost.title")  # of a photo post
    text_extra: list[dict[str, Any]] | None = at(None, "textExtra")  # unchanged
    hashtag_names: Annotated[list[Text], each("hashtagName", where="hashtagName")] = at(
        [], "textExtra"
    )
    hashtag_ids: Annotated[list[Id], each("hashtagId", where="hashtagName")] = at([], "textExtra")
    mentions: Annotated[list[Text], each("secUid", where="secUid")] = at([], "textExtra")
    challenge_ids: Annotated[list[Id], each("id")] = at([], "challenges")
    challenge_titles: Annotated[list[Text], each("title")] = at([], "challenges")
    challenge_descs: Annotated[list[Text], each("desc")] = at([], "challenges")
    region: Text = at("", "locationCreated")  # ISO 3166
    text_language: Text = at("", "textLanguage")  # "un" = undetermined
    text_translatable: bool | None = at(None, "textTranslatable")
    poi_id: Id = at("", "poi.id")
    poi_name: Text = at("", "poi.name")
    poi_address: Text = at("", "poi.address")
    poi_city: Text = at("", "poi.city")
    poi_category: Text = at("", "poi.category")
    category_type: Count = at(0, "CategoryType")
    diversification_id: Id = at("", "diversificationId")
    diversification_labels: list[Text] | None = at(None, "diversificationLabels")
    sticker_texts: Annotated[list[list[Text] | None], each("stickerText")] = at(
        [], "stickersOnItem"
    )
    effect_ids: Annotated[list[Id], each("ID")] = at([], "effectStickers")
    effect_names: Annotated[list[Text], each("name")] = at([], "effectStickers")
    anchor_keywords: Annotated[list[Text], each("keyword")] = at([], "anchors")
    suggested_words: list[Text] | None = at(None, "suggestedWords")
    video_suggest_words: list[dict[str, Any]] | None = at(
        None, "videoSuggestWordsList.video_suggest_words_struct"
    )  # unchanged
    aigc_description: Text = at("", "AIGCDescription")
    aigc_label_type: Count = at(0, "aigcLabelType")
    is_aigc: Flag = at(False, "IsAigc")

    @model_validator(mode="after")
    def _set_hashtag_ids(self) -> Self:
        """Take missing ids from the challenges of the same title, which alone have them in 2025."""
        known = dict(zip(self.challenge_titles, self.challenge_ids, strict=False))
        tags = zip(self.hashtag_names, self.hashtag_ids, strict=False)
        self.hashtag_ids = [hashtag_id or known.get(name, "") for name, hashtag_id in tags]
        return self


class Author(Item):
    """The author of a work."""

    uid: Id = at("", "author.id", "authorId")
    sec_user_id: Text = at("", "author.secUid", "authorSecId")
    unique_id: Name = at("", "author.uniqueId", "author")
    short_id: Id = at("", "author.shortId")
    nickname: Text = at("", "author.nickname", "nickname")
    author_avatar_thumb: Url = at("", "author.avatarThumb", "avatarThumb")
    avatar_larger: Url = at("", "author.avatarLarger")
    signature: Text = at("", "author.signature")
    verified: Flag = at(False, "author.verified")
    author_is_secret: Flag = at(False, "author.privateAccount", "authorPrivate", "author.secret")
    open_favorite: Flag = at(False, "author.openFavorite")
    comment_setting: int | None = at(None, "author.commentSetting")
    tt_seller: Flag = at(False, "author.ttSeller")
    follow_status: Count = at(0, "author.relation")  # of the requesting account
    author_aweme_count: Stat = at(None, "authorStatsV2.videoCount", "authorStats.videoCount")
    author_follower_count: Stat = at(
        None, "authorStatsV2.followerCount", "authorStats.followerCount"
    )
    author_following_count: Stat = at(
        None, "authorStatsV2.followingCount", "authorStats.followingCount"
    )
    author_total_favorited: Stat = at(None, "authorStatsV2.heartCount", "authorStats.heartCount")


class Statistics(Item):
    """The counts of a work at the time of the request; rounded in answers before 2024."""

    digg_count: Stat = at(None, "statsV2.diggCount", "stats.diggCount")
    comment_count: Stat = at(None, "statsV2.commentCount", "stats.commentCount")
    share_count: Stat = at(None, "statsV2.shareCount", "stats.shareCount")
    collect_count: Stat = at(None, "statsV2.collectCount", "stats.collectCount")
    play_count: Stat = at(None, "statsV2.playCount", "stats.playCount")
    repost_count: Stat = at(None, "statsV2.repostCount")


class Permissions(Item):
    """The visibility of a work, and the actions allowed on it; None = unknown."""

    private_item: Flag = at(False, "privateItem")
    secret: Flag = False
    for_friend: Flag = at(False, "forFriend")
    in_reviewing: Flag = at(False, "isReviewing")
    show_not_pass: Flag = at(False, "showNotPass")
    take_down: Count = at(0, "takeDown")  # 0 in every answer seen
    is_top: Flag = at(False, "isPinnedItem")
    is_ads: Flag = at(False, "isAd")
    ad_authorization: Flag = at(False, "adAuthorization")
    official_item: Flag = at(False, "officalItem")  # the platform's spelling
    original_item: Flag = at(False, "originalItem")
    is_content_classified: Flag = at(False, "isContentClassified")  # shown to adult accounts only
    item_mute: Flag = at(False, "itemMute")
    index_enabled: bool | None = at(None, "indexEnabled")
    item_comment_status: int | None = at(None, "itemCommentStatus")
    can_comment: bool | None = at(None, "item_control.can_comment")
    can_share: bool | None = at(None, "item_control.can_share")
    can_repost: bool | None = at(None, "item_control.can_repost")
    allow_share: bool | None = at(None, "shareEnabled")
    duet_enabled: bool | None = at(None, "duetEnabled")
    duet_display: int | None = at(None, "duetDisplay")
    duet_from_id: Id = at("", "duetInfo.duetFromId")  # the work it answers; "" = none
    stitch_enabled: bool | None = at(None, "stitchEnabled")
    stitch_display: int | None = at(None, "stitchDisplay")
    download_setting: int | None = at(None, "author.downloadSetting", "downloadSetting")
    schedule_time: Moment = at(None, "scheduleTime")
    user_digged: Flag = at(False, "digged")  # by the requesting account
    user_collected: Flag = at(False, "collected")


class Music(Item):
    """The music of a work."""

    music_id: Id = at("", "music.id")
    music_title: Text = at("", "music.title")
    music_author: Text = at("", "music.authorName")
    music_album: Text = at("", "music.album")
    music_duration_s: Count = at(0, "music.duration")
    music_play_url: Url = at("", "music.playUrl")
    music_cover_large: Url = at("", "music.coverLarge")
    music_private: Flag = at(False, "music.private")
    is_copyrighted: Flag = at(False, "music.isCopyrighted")
    is_original: Flag = at(False, "music.original")


class Mix(Item):
    """The playlist of a work; empty if there is none."""

    mix_id: Id = at("", "playlistId")


class Post(Mix, Music, Permissions, Statistics, Author, Work):
    """A work: a video, or a set of photos.

    Only `aweme_id` is required. `images` holds the first URL of each photo; `hashtag_names` and
    `hashtag_ids` are aligned, so are the lists of challenges, of effects and of subtitles;
    `mentions` are sec_user_ids.
    """

    duration_ms: Milliseconds = at(0, "video.duration")  # sent in whole seconds
    width: Count = at(0, "video.width")  # pixels
    height: Count = at(0, "video.height")
    definition: Text = at("", "video.definition")
    codec_type: Text = at("", "video.codecType")
    bit_rate: Count = at(0, "video.bitrate")  # bits per second, of the file the site plays
    cover: Url = at("", "video.originCover")
    video_cover: Url = at("", "video.cover")
    animated_cover: Url = at("", "video.dynamicCover")
    video_play_addr: _Urls = at([], "video.playAddr")
    video_bit_rate: Annotated[list[Count], each("Bitrate")] = at([], "video.bitrateInfo")
    images: Annotated[list[Url], each("imageURL.urlList.0")] = at([], "imagePost.images")
    original_language: Text = at("", "video.claInfo.originalLanguageInfo.language")
    subtitle_languages: Annotated[list[Text], each("LanguageCodeName")] = at(
        [], "video.subtitleInfos"
    )
    subtitle_sources: Annotated[list[Text], each("Source")] = at([], "video.subtitleInfos")
    share_url: Text = ""  # address of its page, made of name and id: answers hold none (2026-12)

    # For list_media(); in no feed.
    video: Video | None = at(None, "video", exclude=True, repr=False)
    pictures: list[Image] | None = at(None, "imagePost.images", exclude=True, repr=False)
    sound: SingleUrl = at(None, "music.playUrl", exclude=True, repr=False)

    @model_validator(mode="after")
    def _set_share_url(self) -> Self:
        """Name the page; the site finds a work by its id, whatever name stands before it."""
        kind = "photo" if self.pictures else "video"
        name = quote(self.unique_id or "user")
        self.share_url = f"https://www.tiktok.com/@{name}/{kind}/{self.aweme_id}"
        return self

    def find_state(self) -> Outcome:
        """Return OK for a private work with URLs, which owners and their friends receive."""
        if self.take_down:
            return Outcome.PROHIBITED
        if self.has_addresses:
            return Outcome.OK
        if self.private_item or self.secret or self.for_friend or self.author_is_secret:
            return Outcome.PRIVATE
        return Outcome.PROHIBITED if self.in_reviewing or self.show_not_pass else Outcome.OK

    def detail_endpoint(self) -> PostDetail:
        """Return the endpoint that renews its media URLs."""
        return PostDetail(aweme_id=self.aweme_id)

    @property
    def absence(self) -> tuple[Outcome, str]:
        """Why the answer shows no address: guests get classified works without any (2026)."""
        if self.is_content_classified:
            return Outcome.LOGIN_REQUIRED, "the platform shows this work to adult accounts only"
        return super().absence

    def find_mentioned(self) -> dict[MediaKind, str]:
        music = {MediaKind.MUSIC: "the answer names no address"} if self.music_id else {}
        return super().find_mentioned() | music

    def list_captions(self) -> list[Caption]:
        return self.video.list_captions() if self.video else []

    def list_extras(self) -> Iterator[Media]:
        yield from super().list_extras()
        yield make_single(MediaKind.MUSIC, "_music.mp3", self.sound)
