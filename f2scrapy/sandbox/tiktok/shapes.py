"""Lay out items and users in TikTok's answers: real keys, real size, invented values."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from f2scrapy.sandbox.catalogue import GONE, User
from f2scrapy.sandbox.templates import compile_template, mark_bare, mark_text
from f2scrapy.sandbox.tiktok.addresses import (
    GEARS,
    ID,
    LANGUAGES,
    PLAYED,
    Json,
    Language,
    make_avatars,
    make_bit_rate,
    make_image_url,
    make_picture,
    make_play_addr,
    make_subtitle_urls,
    make_subtitles,
    make_video_urls,
)

_AN_ID = "7" * 19


class ItemForm(NamedTuple):
    """Properties that determine the keys of an item."""

    recipe: str
    tagged: bool
    captioned: bool
    listed: bool  # in a playlist

    @property
    def album(self) -> bool:
        return self.recipe in ("images", "live_photo", "slides")


@lru_cache(64)
def build_item_template(form: ItemForm) -> bytes:
    """Return the template of an item; `tiktok.works` fills it in with %."""
    item = _build_common(form) | _build_specific(form)
    if form.recipe in GONE:
        _remove_addresses(item)
    missing = {
        "no_caption": ("contents", "textExtra", "challenges"),
        "no_author": ("author", "authorStats", "authorStatsV2"),
    }
    for key in missing.get(form.recipe, ()):
        item.pop(key, None)
    return compile_template(item)


def _remove_addresses(item: Json) -> None:
    """Remove the addresses of a hidden work."""
    item["music"]["playUrl"] = ""
    item["video"] |= dict.fromkeys(("cover", "originCover", "reflowCover"), "")
    del item["video"]["zoomCover"], item["video"]["shareCover"]


@lru_cache(1)
def build_image_template() -> bytes:
    """Return the template of one element of a photo post's images."""
    return compile_template(make_picture(f"i{mark_text('n')}", "tplv-photomode-image"))


# Fields of every answer that no item reads.
_REST: Json = {
    "AIGCDescription": "", "CategoryType": 120, "backendSourceEventTracking": "",
    "collected": False, "digged": False, "diversificationId": 10017, "duetDisplay": 0,
    "duetEnabled": True, "forFriend": False, "isAd": False, "isReviewing": False,
    "itemCommentStatus": 0, "item_control": {"can_repost": True}, "officalItem": False,
    "originalItem": False, "shareEnabled": True, "stitchDisplay": 0, "textLanguage": "zh-Hans",
    "textTranslatable": True,
}  # fmt: skip


def _build_common(form: ItemForm) -> Json:
    """Return the fields of every item; the id comes first."""
    still = form.album or form.recipe in GONE
    return {
        "id": ID,
        "author": _build_author(),
        **_build_counts("authorStats", {
            "diggCount": "0", "followerCount": mark_bare("followers"),
            "followingCount": mark_bare("following"), "friendCount": "0",
            "heart": mark_bare("hearts"), "heartCount": mark_bare("hearts"),
            "videoCount": mark_bare("videos")}),
        "createTime": mark_bare("time"),
        "desc": "" if form.recipe == "no_caption" else mark_text("desc"),
        "isPinnedItem": mark_bare("pinned"),
        "music": _build_music(),
        "privateItem": form.recipe == "private",
        "secret": form.recipe == "private",
        **_build_counts("stats", {"collectCount": mark_bare("collects"),
                                  "commentCount": mark_bare("comments"),
                                  "diggCount": mark_bare("likes"), "playCount": mark_bare("plays"),
                                  "shareCount": mark_bare("shares")}),
        "stitchEnabled": not form.album,
        "video": _build_still() if still else _build_video(form.captioned),
        **_REST,
    }  # fmt: skip


def _build_specific(form: ItemForm) -> Json:
    """Return the fields that only items of that form have."""
    marked = {"textExtra": [_build_hashtag()]} if form.tagged else {}
    item: Json = {"contents": [{"desc": mark_text("desc"), **marked}]}
    if form.tagged:
        item |= _build_tags()
    if form.album:
        item["imagePost"] = _build_image_post()
    if form.listed:
        item["playlistId"] = mark_text("mix")
    if form.recipe == "prohibited":
        item |= {"takeDown": 1, "showNotPass": True}
    return item


def _build_counts(name: str, counts: dict[str, str]) -> Json:
    """Return numbers, and the same numbers as text."""
    numbers = {key: int(value) if value.isdecimal() else value for key, value in counts.items()}
    texts = {key: value.replace("\2", "\1") for key, value in counts.items()}
    return {name: numbers, f"{name}V2": texts | ({} if "heart" in counts else {"repostCount": "0"})}


def _build_author() -> Json:
    return {
        "UserStoryStatus": 0, **make_avatars(mark_text("uid")), "commentSetting": 0,
        "downloadSetting": 0, "duetSetting": 0, "ftc": False, "id": mark_text("uid"),
        "isADVirtual": False, "isEmbedBanned": False, "nickname": mark_text("nickname"),
        "openFavorite": False, "privateAccount": False, "relation": 0,
        "secUid": mark_text("sec"), "secret": False,
        "signature": "记录生活", "stitchSetting": 0, "uniqueId": mark_text("unique"),
        "verified": False,
    }  # fmt: skip


def _build_hashtag() -> Json:
    return {"awemeId": "", "end": mark_bare("end"), "hashtagName": mark_text("tag"),
            "isCommerce": False, "start": mark_bare("start"), "subType": 0, "type": 1}  # fmt: skip


def _build_tags() -> Json:
    challenge = {"coverLarger": "", "coverMedium": "", "coverThumb": "", "desc": "",
                 "id": mark_text("tagid"), "profileLarger": "", "profileMedium": "",
                 "profileThumb": "", "title": mark_text("tag")}  # fmt: skip
    return {"challenges": [challenge], "textExtra": [_build_hashtag()]}


def _build_music() -> Json:
    covers = {"coverLarge": 1080, "coverMedium": 720, "coverThumb": 100}
    shown = make_avatars(mark_text("uid"))
    return {
        "authorName": mark_text("nickname"),
        **dict(zip(covers, shown.values(), strict=True)),
        "duration": mark_bare("seconds"),
        "id": ID,
        "isCopyrighted": False,
        "original": True,
        "playUrl": f"https://sf16-ies-music-va.tiktokcdn.com/obj/ies-music-aiso/{ID}-m.mp3",
        "private": False,
        "title": f"original sound - {mark_text('unique')}",
        "tt2dsp": {},
    }


def _build_image_post() -> Json:
    cover = make_picture("c", "tplv-photomode-image-cover")
    return {
        "cover": cover,
        "images": mark_bare("images"),
        "shareCover": cover,
        "title": mark_text("text"),
    }


def _build_covers() -> Json:
    sizes = ("240", "480", "720", "960")
    return {
        "cover": make_image_url("c"),
        "originCover": make_image_url("o", kind="tplv-tiktokx-origin"),
        "dynamicCover": make_image_url("d", kind="tplv-tiktokx-dynamic"),
        "shareCover": ["", make_image_url("c", kind="tplv-tiktokx-share-play")],
        "reflowCover": make_image_url("c"),
        "zoomCover": {size: make_image_url("z", kind=f"tplv-crop-{size}") for size in sizes},
    }


def _build_still() -> Json:
    """Return the `video` of a photo post or a hidden work: no playable address."""
    return {
        "id": ID, "height": 0, "width": 0, "duration": 0, "ratio": "", **_build_covers(),
        "dynamicCover": "", "playAddr": "", "downloadAddr": "", "bitrate": 0, "codecType": "",
        "definition": "", "encodeUserTag": "", "encodedType": "", "format": "", "size": 0,
        "videoQuality": "",
    }  # fmt: skip


_NO_CAPTIONS = {"enableAutoCaption": True, "hasOriginalAudio": False, "noCaptionReason": 3}


def _build_video(captioned: bool) -> Json:
    played = GEARS.index(PLAYED)
    return {
        "PlayAddrStruct": make_play_addr(PLAYED, f"size{played}"),
        "VQScore": "52.64",
        "bitrate": mark_bare(f"rate{played}"),
        "bitrateInfo": [make_bit_rate(n, gear) for n, gear in enumerate(GEARS)],
        "claInfo": _build_captions() if captioned else _NO_CAPTIONS,
        "codecType": "h264",
        **_build_covers(),
        "definition": "540p",
        "downloadAddr": make_video_urls("w")[0],
        "duration": mark_bare("seconds"),
        "encodeUserTag": "",
        "encodedType": "normal",
        "format": "mp4",
        "height": PLAYED.height,
        "id": ID,
        "playAddr": make_video_urls(PLAYED.slot)[0],
        "ratio": "540p",
        "size": mark_bare(f"size{played}"),
        **({"subtitleInfos": list(map(_build_subtitle, LANGUAGES))} if captioned else {}),
        "videoID": f"v14044g50000{ID}",
        "videoQuality": "normal",
        "volumeInfo": {"Loudness": -20.6, "Peak": 0.26002},
        "width": PLAYED.width,
    }  # fmt: skip


def _build_captions() -> Json:
    spoken = LANGUAGES[0]
    return {
        "captionInfos": [
            {"captionFormat": "webvtt", "claSubtitleID": f"75{language.id:05}0681197234",
             "expire": mark_text("exp"), "isAutoGen": True, "isOriginalCaption": language is spoken,
             "language": language.name, "languageCode": language.code,
             "languageID": str(language.id), "subID": str(-2_084_375_671 + language.id),
             "subtitleType": "1" if language is spoken else "4", "translationType": "0",
             "url": make_subtitle_urls(language)[0], "urlList": make_subtitle_urls(language),
             "variant": "whisper_lid" if language is spoken else "default"}
            for language in LANGUAGES
        ],
        "captionsType": 2,
        "enableAutoCaption": True,
        "hasOriginalAudio": False,
        "originalLanguageInfo": {"canTranslateRealTimeNoCheck": True, "language": spoken.name,
                                 "languageCode": spoken.code, "languageID": str(spoken.id)},
    }  # fmt: skip


def _build_subtitle(language: Language) -> Json:
    spoken = language is LANGUAGES[0]
    return {
        "Format": "webvtt", "LanguageCodeName": language.name, "LanguageID": str(language.id),
        "Size": len(make_subtitles(_AN_ID, language).encode()), "Source": "ASR" if spoken else "MT",
        "Url": make_subtitle_urls(language)[0], "UrlExpire": mark_bare("exp"),
        "Version": "1:whisper_lid" if spoken else "4",
    }  # fmt: skip


# People


def build_user(user: User, nickname: str) -> Json:
    """Return the `user` of a profile."""
    return {
        "UserStoryStatus": 0, **make_avatars(user.uid), "canExpPlaylist": True, "commentSetting": 0,
        "commerceUserInfo": {"commerceUser": False}, "downloadSetting": 0, "duetSetting": 0,
        "followingVisibility": 1, "ftc": False, "id": user.uid, "isADVirtual": False,
        "isEmbedBanned": False, "nickNameModifyTime": 1752997307, "nickname": nickname,
        "openFavorite": user.shows_likes, "privateAccount": user.secret,
        "profileEmbedPermission": 1, "profileTab": {"showPlayListTab": user.series},
        "relation": 0, "secUid": user.sec_user_id, "secret": user.secret,
        "signature": "记录生活\n每天一点", "stitchSetting": 0, "ttSeller": False,
        "uniqueId": user.unique_id, "verified": False,
    }  # fmt: skip


def count_hearts(user: User) -> int:
    """Return the likes of all works, as in the profile."""
    return 34_567 + user.number


def build_stats(user: User) -> Json:
    """Return `stats` and `statsV2` of a profile."""
    likes = user.likes if user.shows_likes else 0
    counts = {"diggCount": likes, "followerCount": user.followers,
              "followingCount": user.following, "friendCount": 0, "heart": count_hearts(user),
              "heartCount": count_hearts(user), "videoCount": user.aweme_count}  # fmt: skip
    return {"stats": counts, "statsV2": {name: str(count) for name, count in counts.items()}}
