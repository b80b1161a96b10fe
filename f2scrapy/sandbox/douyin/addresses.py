"""Build media addresses as Douyin writes them, and the objects that hold them."""

from __future__ import annotations

import json
import zlib
from typing import Any

from f2scrapy.sandbox.templates import mark_bare, mark_text
from f2scrapy.sandbox.works import Gear

Json = dict[str, Any]


# In the order of the answer, which is not sorted by quality.
GEARS = (
    Gear("normal_720_0", 10, 720, 1280, False, 0.55),
    Gear("low_720_0", 211, 720, 1280, False, 0.45),
    Gear("low_720_0", 211, 720, 1280, False, 0.43, dash=True),
    Gear("normal_540_0", 20, 576, 1024, False, 0.40),
    Gear("low_540_0", 292, 576, 1024, False, 0.36),
    Gear("low_540_0", 292, 576, 1024, False, 0.34, dash=True),
    Gear("1080_1_1", 3, 1080, 1920, True, 0.66),
    Gear("1080_1_1", 3, 1080, 1920, True, 0.64, dash=True),
    Gear("normal_1080_0", 1, 1080, 1920, False, 1.00),
    Gear("normal_1080_0", 1, 1080, 1920, False, 0.97, dash=True),
    Gear("adapt_low_540_0", 291, 576, 1024, False, 0.27),
    Gear("1440_1_1", 7, 1440, 2560, True, 0.92),
    Gear("1440_1_1", 7, 1440, 2560, True, 0.90, dash=True),
    Gear("720_1_1", 11, 720, 1280, True, 0.30),
    Gear("720_1_1", 11, 720, 1280, True, 0.28, dash=True),
    Gear("540_1_1", 22, 576, 1024, True, 0.25),
    Gear("540_2_1", 23, 576, 1024, True, 0.20),
    Gear("540_3_1", 24, 540, 960, True, 0.15),
    Gear("540_4_1", 25, 540, 960, True, 0.11),
)
LIVE_GEAR = Gear("normal_720_0", 10, 720, 960, False, 0.3)


ID, SIGNATURE, EXPIRES, EXPIRES_HEX = (
    mark_text("id"),
    mark_text("sig"),
    mark_text("exp"),
    mark_text("exphex"),
)
LOG_ID = "20261101200000A1B2C3D4E5F60718293A"


def _make_video_urls(slot: str, path: str = "play") -> list[str]:
    """Return two CDN addresses and the platform's player, which redirects to a third CDN."""
    query = (
        "a=6383&ch=26&cr=3&dr=0&lr=all&cd=0%7C0%7C0%7C3&cv=1&br=1800&bt=1800&cs=0&ds=4"
        "&ft=pEaFx4hZffPdOM~-N1jNvAq-antLjrKXg.0.RkaVGfTJfjVhWL6&mime_type=video_mp4&qs=0"
        "&rc=NTo8aTs2aGdmZjk0ZjZkOUBpM2Q8bnI5cnRlNjMzNGkzM0BhYDE1YS9eXjIxLjEvM2A2YSM0Mm1jMmRzNmlh"
        "LS1kLTBzczVgXmJgLjRiMzBgMTAuYTY6Y29zYFwrbStqdDo%3D"
        "&btag=80000e00028000&cquery=100B_100x_100z_100o_101s&dy_q=1793534400"
        f"&feature_id=f0150a16a324336cda5d6dd0b69ed299&l={LOG_ID}"
    )
    place = f"{SIGNATURE}/{EXPIRES_HEX}/video/tos/cn/tos-cn-ve-15c001-alinc2/{ID}-{slot}/"
    return [
        f"https://v26-web.douyinvod.com/{place}?{query}",
        f"https://v3-web.douyinvod.com/{place}?{query}",
        f"https://www.douyin.com/aweme/v1/{path}/?video_id=v0300fg10000{ID}&line=0"
        f"&file_id={ID}-{slot}&sign={_make_file_hash(slot)}&is_play_url=1&source=PackSourceEnum_PUBLISH",
    ]


def _make_file_hash(slot: str) -> str:
    """Return 32 hex digits, different for each file and the same in every answer."""
    if mark_text("n") in slot:
        return f"{mark_text('hash')}1f0{mark_text('n')}"
    return f"{mark_text('hash')}{zlib.crc32(slot.encode()) & 0xFFFF:04x}"


def make_image_urls(slot: str, variant: str, suffix: str, tag: str) -> list[str]:
    query = (
        f"lk3s=138a59ce&x-expires={EXPIRES}&x-signature={SIGNATURE}%3D&from=327834062"
        f"&s=PackSourceEnum_PUBLISH&se=false&sc={tag}&biz_tag=pcweb_{tag}&l={LOG_ID}"
    )
    path = f"tos-cn-i-0813/{ID}-{slot}~{variant}.{suffix}?{query}"
    return [f"https://{host}-pc-sign.douyinpic.com/{path}" for host in ("p3", "p9")]


def make_picture(urls: list[str], width: int = 720, height: int = 720, uri: str = "") -> Json:
    return {"uri": uri or f"tos-cn-i-0813/{ID}", "url_list": urls, "width": width,
            "height": height}  # fmt: skip


def make_play_addr(gear: Gear, size: str, slot: str = "") -> Json:
    codec = "bytevc1" if gear.h265 else "h264"
    return {
        "uri": f"v0300fg10000{ID}",
        "url_list": _make_video_urls(slot or gear.slot, "play/dash" if gear.dash else "play"),
        "width": gear.width,
        "height": gear.height,
        "url_key": f"v0300fg10000{ID}_{codec}_{gear.height}p_{gear.quality}",
        "data_size": mark_bare(size),
        "file_hash": _make_file_hash(slot or gear.slot),
        "file_cs": f"c:0-200000-1a2b|a:v0300fg10000{ID}",
    }


def make_bit_rate(n: int, gear: Gear) -> Json:
    offsets = json.dumps([{"time": t, "offset": t * 91_003} for t in (1, 2, 3, 4, 5)])
    audio = {"audio_channels": "2", "audio_layout": "stereo", "audio_sample_rate": "44100"}
    extra = {"PktOffsetMap": "" if gear.dash else offsets, "format": "dash" if gear.dash else "mp4",
             "applog_map": {"feature_id": LOG_ID}, "mvmaf": "{}", "ufq": "{}",
             "sub_info": json.dumps(audio) if gear.dash else ""}  # fmt: skip
    return {
        "gear_name": gear.name,
        "quality_type": gear.quality,
        "bit_rate": mark_bare(f"rate{n}"),
        "play_addr": make_play_addr(gear, f"size{n}"),
        "is_h265": int(gear.h265),
        "is_bytevc1": int(gear.h265),
        "HDR_type": "",
        "HDR_bit": "",
        "FPS": 30,
        "video_extra": json.dumps(extra),
        "format": "dash" if gear.dash else "mp4",
    }


def make_cover(variant: str = "tplv-dy-cropcenter:323:430") -> Json:
    return make_picture(make_image_urls("c", variant, "jpeg", "cover"))


def make_music_urls() -> list[str]:
    return [f"https://{host}.douyinstatic.com/obj/ies-music/{ID}-m.mp3"
            for host in ("sf5-hl-cdn-tos", "sf6-cdn-tos")]  # fmt: skip


def make_avatar(size: str = "100x100", uid: str = "") -> Json:
    uid = uid or mark_text("uid")
    url = f"https://p3-pc.douyinpic.com/aweme/{size}/aweme-avatar/tos-cn-avt-0015_{uid}.jpeg"
    return make_picture(
        [f"{url}?from=2956013662"], uri=f"{size}/aweme-avatar/tos-cn-avt-0015_{uid}"
    )
