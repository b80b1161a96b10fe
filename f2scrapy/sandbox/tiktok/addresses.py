"""Build media addresses as TikTok writes them, and the objects that hold them."""

from __future__ import annotations

import json
import zlib
from typing import Any, NamedTuple

from f2scrapy.sandbox.templates import mark_bare, mark_text
from f2scrapy.sandbox.works import Gear

Json = dict[str, Any]

# In the order of the answer; the names do not show the best one.
GEARS = (
    Gear("normal_720_0", 10, 720, 1280, False, 0.80),
    Gear("adapt_lowest_1080_1", 2, 1080, 1920, True, 1.00),
    Gear("adapt_lower_720_1", 14, 720, 1280, True, 0.48),
    Gear("normal_540_0", 20, 576, 1024, False, 0.46),
    Gear("adapt_540_1", 28, 576, 1024, True, 0.38),
    Gear("lowest_540_0", 25, 576, 1024, False, 0.18),
)
PLAYED = GEARS[3]  # the rendition of `playAddr`
MARKED_SHARE = 0.52  # size of `downloadAddr`, which has a watermark, relative to the largest


class Language(NamedTuple):
    """A language of subtitles: the first is the spoken one, the others are translations."""

    name: str  # LanguageCodeName
    code: str  # languageCode
    id: int
    hello: str

    @property
    def slot(self) -> str:
        return f"s_{self.name.replace('-', '_')}"


LANGUAGES = (
    Language("cmn-Hans-CN", "zh-Hans", 1, "今天一起看山里的云"),
    Language("eng-US", "en", 2, "Look at the clouds & the hills"),
    Language("jpn-JP", "ja", 9, "今日は山の雲を見よう"),
    Language("spa-ES", "es", 6, "Mira las nubes, ¿quieres?"),
    Language("ara-SA", "ar", 34, "انظر إلى الغيوم"),
)


def make_subtitles(aweme_id: str, language: Language) -> str:
    """Return subtitles as WebVTT, of the same length for every film."""
    cues = [
        f"00:00:0{n}.{n}40 --> 00:00:0{n + 1}.920\n{language.hello} {aweme_id} {n}\n"
        for n in range(3)
    ]
    return "WEBVTT\n\n\n" + "\n".join(cues)


ID, SIGNATURE, BOUND = mark_text("id"), mark_text("sig"), mark_text("bound")
EXPIRES, EXPIRES_HEX = mark_text("exp"), mark_text("exphex")
LOG_ID = "20261101200000A1B2C3D4E5F60718293A"
_QUERY = (
    "a=1988&bti=NDU3ZjAwOzE6&ch=0&cr=3&dr=0&lr=all&cd=0%7C0%7C0%7C&cv=1&br=1706&bt=853&cs=2&ds=4"
    "&ft=4KLMeMzm8Zmo0MhLr-4jVdMPUdKrKsd.&mime_type=video_mp4&qs=15&rc=OTQ7ZTw0OTxoZTk4OzU8OkBp"
    "M3k4bHE5cnV2NDMzODczNEBhNC01YS0wNTExNS8tMzU2YSNvXmxwMmQ0bTJhLS1kMWBzcw%3D%3D"
    f"&btag=e000b8000&expire={EXPIRES}&l={LOG_ID}&ply_type=2&policy=2&signature={BOUND}"
    "&tk=tt_chain_token"
)


def make_video_urls(slot: str) -> list[str]:
    """Return two CDN addresses and the platform's player, which redirects to a third CDN."""
    path = f"video/tos/alisg/tos-alisg-pve-0037c001/{ID}-{slot}/?{_QUERY}"
    return [
        f"https://v16-webapp-prime.tiktok.com/{path}",
        f"https://v19-webapp-prime.tiktok.com/{path}",
        f"https://www.tiktok.com/aweme/v1/play/?faid=1988&file_id={ID}-{slot}&is_play_url=1"
        f"&item_id={ID}&line=0&ply_type=2&signaturev3=dmlkZW9faWQ7ZmlsZV9pZDtpdGVtX2lk"
        f"&tk=tt_chain_token&video_id=v14044g50000{ID}",
    ]


def make_image_url(
    slot: str, host: str = "p16-sign-va", kind: str = "tplv-photomode-video-cover"
) -> str:
    return (
        f"https://{host}.tiktokcdn.com/tos-alisg-p-0037/{ID}-{slot}~{kind}:720:720.image"
        f"?dr=9636&x-expires={EXPIRES}&x-signature={SIGNATURE}%3D&t=4d5b0474&ps=13740610"
        "&shp=81f88b70&shcp=43f4a2f9&idc=my2"
    )


def make_picture(slot: str, kind: str) -> Json:
    """Return a picture of a photo post, with two mirrors.

    Addresses end with .jpeg as in the tests of gallery-dl 1.32.18 (none is recorded).
    """
    urls = [
        make_image_url(slot, f"{host}-common-sign-va", kind).replace(":720:720.image", ".jpeg")
        for host in ("p16", "p19")
    ]
    return {"imageHeight": 1440, "imageURL": {"urlList": urls}, "imageWidth": 1080}


def make_subtitle_urls(language: Language) -> list[str]:
    path = f"video/tos/alisg/tos-alisg-v-0037/{ID}-{language.slot}/?{_QUERY[:95]}&l={LOG_ID}"
    return [
        f"https://{host}-webapp.tiktok.com/{BOUND}/{EXPIRES_HEX}/{path}" for host in ("v16", "v19")
    ]


def make_avatar_url(uid: str, size: int) -> str:
    return (
        f"https://p16-sign-va.tiktokcdn.com/tos-alisg-avt-0068/{uid}~tplv-tiktokx-cropcenter:"
        f"{size}:{size}.jpeg?dr=9640&refresh_token=0d43f2d1&x-expires=1793620800&x-signature=c2FuZA"
    )


def make_avatars(uid: str) -> Json:
    sizes = {"avatarLarger": 1080, "avatarMedium": 720, "avatarThumb": 100}
    return {name: make_avatar_url(uid, size) for name, size in sizes.items()}


def make_play_addr(gear: Gear, size: str) -> Json:
    codec = "bytevc1" if gear.h265 else "h264"
    rate = mark_text(size.replace("size", "rate"))  # as in recordings; yt-dlp reads it from there
    return {
        "DataSize": mark_bare(size),
        "FileCs": "c:0-16838-2ff0",
        "FileHash": f"{mark_text('hash')}{zlib.crc32(gear.slot.encode()) & 0xFFFF:04x}",
        "Height": gear.height,
        "Uri": f"v14044g50000{ID}",
        "UrlKey": f"v14044g50000{ID}_{codec}_{gear.width}p_{rate}",
        "UrlList": make_video_urls(gear.slot),
        "Width": gear.width,
    }


def make_bit_rate(n: int, gear: Gear) -> Json:
    offsets = json.dumps([{"time": t, "offset": t * 91_003} for t in (1, 2, 3, 4, 5, 10)])
    scores = {"v1080": 92.3, "v960": 93.0, "v864": 93.6, "v720": 94.4}
    quality = {"v2.0": {"srv1": dict.fromkeys(scores, -1), "ori": scores}}
    extra = {"PktOffsetMap": offsets, "mvmaf": json.dumps(quality), "audio_bit_rate": 64_000,
             "transcode_feature_id": LOG_ID,
             "volume_info": {"Loudness": -20.6, "Peak": 0.26}}  # fmt: skip
    return {
        "Bitrate": mark_bare(f"rate{n}"),
        "BitrateFPS": 30,
        "CodecType": "h265_hvc1" if gear.h265 else "h264",
        "Format": "mp4",
        "GearName": gear.name,
        "MVMAF": json.dumps(json.dumps(quality)),
        "PlayAddr": make_play_addr(gear, f"size{n}"),
        "QualityType": gear.quality,
        "VideoExtra": json.dumps(extra),
    }
