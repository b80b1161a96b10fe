"""Know the files of a work on Douyin, and fill in its JSON."""

from __future__ import annotations

import json
from hashlib import blake2b

from f2scrapy.sandbox.catalogue import GONE, Sizes, Work, make_hashtag_id
from f2scrapy.sandbox.danmaku import list_danmaku
from f2scrapy.sandbox.douyin.addresses import GEARS, LIVE_GEAR
from f2scrapy.sandbox.douyin.articles import build_article, cut
from f2scrapy.sandbox.douyin.shapes import build_image_template, build_work_template
from f2scrapy.sandbox.http_types import encode_json
from f2scrapy.sandbox.media import Asset
from f2scrapy.sandbox.works import (
    UrlSignature,
    compute_duration_ms,
    compute_largest,
    count_comments,
    count_images,
    count_likes,
    escape_json,
    is_album,
)

_KINDS = {"v": "mp4", "l": "mp4", "i": "webp", "w": "webp", "d": "webp", "c": "jpeg", "t": "jpeg",
          "m": "mp3", "b": "json"}  # fmt: skip

ORIGINAL = "v_original"  # the file as it was uploaded; no answer names it


def list_moving_images(work: Work) -> tuple[int, ...]:
    """Return the images of an album with a video, counted from 1."""
    if work.recipe not in ("live_photo", "slides"):
        return ()
    every = range(1, count_images(work) + 1)
    return tuple(every) if work.recipe == "live_photo" else tuple(every[::2])


def has_images(work: Work) -> bool:
    """Return whether it has pictures in place of a video."""
    return is_album(work) or work.recipe == "article"


def find_asset(work: Work, slot: str, sizes: Sizes) -> Asset | None:
    """Return the file of a work that its addresses call *slot*; None if there is none."""
    if slot == ORIGINAL and (has_images(work) or work.recipe in GONE):
        return None
    known = {*list_slots(work), "b", ORIGINAL, *(f"t{n}" for n in range(1, 7))}
    known |= {f"w{n}" for n in range(1, count_images(work) + 1)}
    return build_asset(work, slot, sizes) if slot in known else None


def build_asset(work: Work, slot: str, sizes: Sizes) -> Asset:
    """Return the file *slot* of a work, which must have it."""
    kind, key = _KINDS[slot[0]], f"{work.aweme_id}-{slot}"
    if kind != "mp4":
        return sizes.build_asset(kind, key)
    if slot == ORIGINAL:
        return Asset(key, kind, int(compute_largest(work, sizes) * get_original_share(work)))
    gear = LIVE_GEAR if slot[0] == "l" else next(g for g in GEARS if g.slot == slot)
    kind = "mute.mp4" if slot.endswith("_dash") else kind
    return Asset(key, kind, int(compute_largest(work, sizes) * gear.share))


def get_original_share(work: Work) -> float:
    """Return the size of an upload, 1 = the best encoding; every other one is smaller than that."""
    return 1.5 if work.position % 2 == 0 else 0.4


def list_slots(work: Work) -> list[str]:
    """Return the downloadable files of a work: videos in all renditions, images, covers, music."""
    if work.recipe in GONE:
        return []
    if not has_images(work):
        return [*(gear.slot for gear in GEARS), "c", "d", "m"]
    images = [f"i{n}" for n in range(1, count_images(work) + 1)]
    return [*images, *(f"l{n}" for n in list_moving_images(work)), "c", "m"]


# JSON


def build_work_json(
    work: Work, nickname: str, signing: UrlSignature, sizes: Sizes, *, whole: bool = False
) -> bytes:
    """Return one element of aweme_list, or aweme_detail; the latter has articles as a whole."""
    values = _collect_values(work, nickname, signing)
    if work.recipe in GONE:
        return build_work_template(work.recipe) % values
    if is_album(work):
        values[b"images"] = _build_images(work, values, sizes)
    else:
        values.update(_collect_renditions(work, sizes))
    made = build_work_template(work.recipe) % values
    if work.recipe == "article":
        article = build_article(work, json.loads(b"[%b]" % _build_images(work, values, sizes)))
        shown = encode_json(article if whole else cut(article))
        return b'%b,"article_info":%b}' % (made[:-1], shown)
    return b'%b,"mix_info":%b}' % (made[:-1], _build_mix(work)) if work.user.series else made


def _build_mix(work: Work) -> bytes:
    """Return the mix a work belongs to."""
    count = work.user.count
    episodes = {"current_episode": count - work.position, "total_episode": count,
                "updated_to_episode": count}  # fmt: skip
    return encode_json({
        "cover_url": None, "extra": "{}", "ids": None, "is_iaa": 0, "is_serial_mix": 0,
        "mix_id": work.user.mix_id, "mix_name": f"{work.user.nickname}合集", "mix_pic_type": 0,
        "mix_type": 0, "paid_episodes": None, "statis": episodes, "status": {"viewed_in_mix": 0},
    })  # fmt: skip


def _collect_values(work: Work, nickname: str, signing: UrlSignature) -> dict[bytes, bytes]:
    liked = count_likes(work)
    start = len(work.text) + 1
    return {
        b"id": b"%d" % work.aweme_id,
        b"time": b"%d" % work.create_time,
        b"duration": b"%d" % compute_duration_ms(work),
        b"seconds": b"%d" % (compute_duration_ms(work) // 1000),
        b"desc": escape_json(work.desc),
        b"text": escape_json(work.text),
        b"tag": escape_json(work.tag),
        b"tagid": make_hashtag_id(work.tag).encode(),
        b"start": b"%d" % start,
        b"end": b"%d" % (start + len(work.tag) + 1),
        b"nickname": escape_json(nickname),
        b"uid": work.user.uid.encode(),
        b"sec": work.user.sec_user_id.encode(),
        b"likes": b"%d" % liked,
        b"comments": b"%d" % count_comments(work),
        b"danmaku": b"%d" % len(list_danmaku(work)),
        b"shares": b"%d" % (liked // 41),
        b"collects": b"%d" % (liked // 17),
        b"top": b"%d" % work.pinned,
        b"hash": blake2b(b"%d" % work.aweme_id, digest_size=14).hexdigest().encode(),
        b"sig": signing.signature.encode(),
        b"exp": b"%d" % signing.expires,
        b"exphex": b"%08x" % signing.expires,
    }


def _collect_renditions(work: Work, sizes: Sizes) -> dict[bytes, bytes]:
    values = {}
    most, duration = compute_largest(work, sizes), compute_duration_ms(work)
    for n, gear in enumerate(GEARS):
        size = int(most * gear.share)
        values[b"size%d" % n] = b"%d" % size
        values[b"rate%d" % n] = b"%d" % (size * 8000 // duration)
    return values


def _build_images(work: Work, values: dict[bytes, bytes], sizes: Sizes) -> bytes:
    moving = list_moving_images(work)
    made = []
    for n in range(1, count_images(work) + 1):
        more = {b"n": b"%d" % n}
        if n in moving:
            more[b"lsize"] = b"%d" % build_asset(work, f"l{n}", sizes).size
        made.append(build_image_template(n in moving) % {**values, **more})
    return b",".join(made)
