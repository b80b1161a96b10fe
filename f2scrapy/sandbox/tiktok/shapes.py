"""The layout of items and users in TikTok's answers: real keys, real size, values of our own."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from f2scrapy.sandbox.catalogue import GONE, User
from f2scrapy.sandbox.templates import bare, compiled, text
from f2scrapy.sandbox.tiktok.addresses import (
    GEARS,
    ID,
    LANGUAGES,
    PLAYED,
    Json,
    Language,
    avatars,
    bit_rate,
    image_url,
    picture,
    play_addr,
    subtitle_urls,
    subtitles,
    video_urls,
)

_AN_ID = "7" * 19


class Form(NamedTuple):
    """What decides which keys an item has."""

    recipe: str
    tagged: bool
    captioned: bool
    listed: bool  # in a playlist

    @property
    def album(self) -> bool:
        return self.recipe in ("images", "live_photo", "slides")


@lru_cache(64)
def item_template(form: Form) -> bytes:
    """To be filled by %, see `tiktok_works`."""
    item = _item(form) | _told_by(form)
    if form.recipe in GONE:
        _hide(item)
    missing = {
        "no_caption": ("contents", "textExtra", "challenges"),
        "no_author": ("author", "authorStats", "authorStatsV2"),
    }
    for key in missing.get(form.recipe, ()):
        item.pop(key, None)
    return compiled(item)


def _hide(item: Json) -> None:
    """No address of what may not be seen is told."""
    item["music"]["playUrl"] = ""
    item["video"] |= dict.fromkeys(("cover", "originCover", "reflowCover"), "")
    del item["video"]["zoomCover"], item["video"]["shareCover"]


@lru_cache(1)
def image_template() -> bytes:
    """One element of a photo post's images."""
    return compiled(picture(f"i{text('n')}", "tplv-photomode-image"))


# What no item reads, and every answer carries.
_REST: Json = {
    "AIGCDescription": "", "CategoryType": 120, "backendSourceEventTracking": "",
    "collected": False, "digged": False, "diversificationId": 10017, "duetDisplay": 0,
    "duetEnabled": True, "forFriend": False, "isAd": False, "isReviewing": False,
    "itemCommentStatus": 0, "item_control": {"can_repost": True}, "officalItem": False,
    "originalItem": False, "shareEnabled": True, "stitchDisplay": 0, "textLanguage": "zh-Hans",
    "textTranslatable": True,
}  # fmt: skip


def _item(form: Form) -> Json:
    """What every item has; its id stands first."""
    return {
        "id": ID,
        "author": _author(),
        **_counts("authorStats", {"diggCount": "0", "followerCount": bare("followers"),
                                  "followingCount": bare("following"), "friendCount": "0",
                                  "heart": bare("hearts"), "heartCount": bare("hearts"),
                                  "videoCount": bare("videos")}),
        "createTime": bare("time"),
        "desc": "" if form.recipe == "no_caption" else text("desc"),
        "isPinnedItem": bare("pinned"),
        "music": _music(),
        "privateItem": form.recipe == "private",
        "secret": form.recipe == "private",
        **_counts("stats", {"collectCount": bare("collects"), "commentCount": bare("comments"),
                            "diggCount": bare("likes"), "playCount": bare("plays"),
                            "shareCount": bare("shares")}),
        "stitchEnabled": not form.album,
        "video": _still() if form.album or form.recipe in GONE else _video(form.captioned),
        **_REST,
    }  # fmt: skip


def _told_by(form: Form) -> Json:
    """What only items of that form have."""
    marked = {"textExtra": [_hashtag()]} if form.tagged else {}
    told: Json = {"contents": [{"desc": text("desc"), **marked}]}
    if form.tagged:
        told |= _tags()
    if form.album:
        told["imagePost"] = _image_post()
    if form.listed:
        told["playlistId"] = text("mix")
    if form.recipe == "prohibited":
        told |= {"takeDown": 1, "showNotPass": True}
    return told


def _counts(name: str, counts: dict[str, str]) -> Json:
    """Numbers, and the same as texts."""
    numbers = {key: int(value) if value.isdecimal() else value for key, value in counts.items()}
    texts = {key: value.replace("\2", "\1") for key, value in counts.items()}
    return {name: numbers, f"{name}V2": texts | ({} if "heart" in counts else {"repostCount": "0"})}


def _author() -> Json:
    return {
        "UserStoryStatus": 0, **avatars(text("uid")), "commentSetting": 0, "downloadSetting": 0,
        "duetSetting": 0, "ftc": False, "id": text("uid"), "isADVirtual": False,
        "isEmbedBanned": False, "nickname": text("nickname"), "openFavorite": False,
        "privateAccount": False, "relation": 0, "secUid": text("sec"), "secret": False,
        "signature": "记录生活", "stitchSetting": 0, "uniqueId": text("unique"), "verified": False,
    }  # fmt: skip


def _hashtag() -> Json:
    return {"awemeId": "", "end": bare("end"), "hashtagName": text("tag"), "isCommerce": False,
            "start": bare("start"), "subType": 0, "type": 1}  # fmt: skip


def _tags() -> Json:
    challenge = {"coverLarger": "", "coverMedium": "", "coverThumb": "", "desc": "",
                 "id": "1600000000000001", "profileLarger": "", "profileMedium": "",
                 "profileThumb": "", "title": text("tag")}  # fmt: skip
    return {"challenges": [challenge], "textExtra": [_hashtag()]}


def _music() -> Json:
    covers = {"coverLarge": 1080, "coverMedium": 720, "coverThumb": 100}
    shown = avatars(text("uid"))
    return {
        "authorName": text("nickname"),
        **dict(zip(covers, shown.values(), strict=True)),
        "duration": bare("seconds"),
        "id": ID,
        "isCopyrighted": False,
        "original": True,
        "playUrl": f"https://sf16-ies-music-va.tiktokcdn.com/obj/ies-music-aiso/{ID}-m.mp3",
        "private": False,
        "title": f"original sound - {text('unique')}",
        "tt2dsp": {},
    }


def _image_post() -> Json:
    cover = picture("c", "tplv-photomode-image-cover")
    return {"cover": cover, "images": bare("images"), "shareCover": cover, "title": text("text")}


def _covers() -> Json:
    sizes = ("240", "480", "720", "960")
    return {
        "cover": image_url("c"),
        "originCover": image_url("o", kind="tplv-tiktokx-origin"),
        "dynamicCover": image_url("d", kind="tplv-tiktokx-dynamic"),
        "shareCover": ["", image_url("c", kind="tplv-tiktokx-share-play")],
        "reflowCover": image_url("c"),
        "zoomCover": {size: image_url("z", kind=f"tplv-crop-{size}") for size in sizes},
    }


def _still() -> Json:
    """The `video` of a photo post, or of what may not be seen: no address leads anywhere."""
    return {
        "id": ID, "height": 0, "width": 0, "duration": 0, "ratio": "", **_covers(),
        "dynamicCover": "", "playAddr": "", "downloadAddr": "", "bitrate": 0, "codecType": "",
        "definition": "", "encodeUserTag": "", "encodedType": "", "format": "", "size": 0,
        "videoQuality": "",
    }  # fmt: skip


def _video(captioned: bool) -> Json:
    played = GEARS.index(PLAYED)
    return {
        "PlayAddrStruct": play_addr(PLAYED, f"size{played}"),
        "VQScore": "52.64",
        "bitrate": bare(f"rate{played}"),
        "bitrateInfo": [bit_rate(n, gear) for n, gear in enumerate(GEARS)],
        "claInfo": _captions() if captioned else {"enableAutoCaption": True,
                                                  "hasOriginalAudio": False, "noCaptionReason": 3},
        "codecType": "h264",
        **_covers(),
        "definition": "540p",
        "downloadAddr": video_urls("w")[0],
        "duration": bare("seconds"),
        "encodeUserTag": "",
        "encodedType": "normal",
        "format": "mp4",
        "height": PLAYED.height,
        "id": ID,
        "playAddr": video_urls(PLAYED.slot)[0],
        "ratio": "540p",
        "size": bare(f"size{played}"),
        **({"subtitleInfos": [_subtitle(language) for language in LANGUAGES]} if captioned else {}),
        "videoID": f"v14044g50000{ID}",
        "videoQuality": "normal",
        "volumeInfo": {"Loudness": -20.6, "Peak": 0.26002},
        "width": PLAYED.width,
    }  # fmt: skip


def _captions() -> Json:
    said = LANGUAGES[0]
    return {
        "captionInfos": [
            {"captionFormat": "webvtt", "claSubtitleID": f"75{language.id:05}0681197234",
             "expire": text("exp"), "isAutoGen": True, "isOriginalCaption": language is said,
             "language": language.name, "languageCode": language.code,
             "languageID": str(language.id), "subID": str(-2_084_375_671 + language.id),
             "subtitleType": "1" if language is said else "4", "translationType": "0",
             "url": subtitle_urls(language)[0], "urlList": subtitle_urls(language),
             "variant": "whisper_lid" if language is said else "default"}
            for language in LANGUAGES
        ],
        "captionsType": 2,
        "enableAutoCaption": True,
        "hasOriginalAudio": False,
        "originalLanguageInfo": {"canTranslateRealTimeNoCheck": True, "language": said.name,
                                 "languageCode": said.code, "languageID": str(said.id)},
    }  # fmt: skip


def _subtitle(language: Language) -> Json:
    said = language is LANGUAGES[0]
    return {
        "Format": "webvtt", "LanguageCodeName": language.name, "LanguageID": str(language.id),
        "Size": len(subtitles(_AN_ID, language).encode()), "Source": "ASR" if said else "MT",
        "Url": subtitle_urls(language)[0], "UrlExpire": bare("exp"),
        "Version": "1:whisper_lid" if said else "4",
    }  # fmt: skip


# People


def user_json(user: User, nickname: str) -> Json:
    """The `user` of a profile."""
    return {
        "UserStoryStatus": 0, **avatars(user.uid), "canExpPlaylist": True, "commentSetting": 0,
        "commerceUserInfo": {"commerceUser": False}, "downloadSetting": 0, "duetSetting": 0,
        "followingVisibility": 1, "ftc": False, "id": user.uid, "isADVirtual": False,
        "isEmbedBanned": False, "nickNameModifyTime": 1752997307, "nickname": nickname,
        "openFavorite": user.shows_likes, "privateAccount": user.secret,
        "profileEmbedPermission": 1, "profileTab": {"showPlayListTab": user.series},
        "relation": 0, "secUid": user.sec_user_id, "secret": user.secret,
        "signature": "记录生活\n每天一点", "stitchSetting": 0, "ttSeller": False,
        "uniqueId": user.unique_id, "verified": False,
    }  # fmt: skip


def hearts(user: User) -> int:
    """Likes of all works, as the profile says."""
    return 34_567 + user.number


def stats_json(user: User) -> Json:
    """`stats` and `statsV2` of a profile."""
    likes = user.likes if user.shows_likes else 0
    counts = {"diggCount": likes, "followerCount": user.followers,
              "followingCount": user.following, "friendCount": 0, "heart": hearts(user),
              "heartCount": hearts(user), "videoCount": user.aweme_count}  # fmt: skip
    return {"stats": counts, "statsV2": {name: str(count) for name, count in counts.items()}}
