"""A work of the catalogue as Douyin sees it: its files, and its JSON."""

from __future__ import annotations

from hashlib import blake2b

from f2scrapy.sandbox.catalogue import GONE, Sizes, Work
from f2scrapy.sandbox.douyin.addresses import GEARS, LIVE_GEAR
from f2scrapy.sandbox.douyin.shapes import image_template, work_template
from f2scrapy.sandbox.http_types import compact
from f2scrapy.sandbox.media import Asset
from f2scrapy.sandbox.works import (
    Signing,
    comment_count,
    duration_ms,
    image_count,
    inner,
    is_album,
    largest,
    likes,
)

_KINDS = {"v": "mp4", "l": "mp4", "i": "webp", "w": "webp", "d": "webp", "c": "jpeg", "t": "jpeg",
          "m": "mp3", "b": "json"}  # fmt: skip


def moving_images(work: Work) -> tuple[int, ...]:
    """Which images of an album, counted from 1, carry a video."""
    if work.recipe not in ("live_photo", "slides"):
        return ()
    every = range(1, image_count(work) + 1)
    return tuple(every) if work.recipe == "live_photo" else tuple(every[::2])


def find_asset(work: Work, slot: str, sizes: Sizes) -> Asset | None:
    """The file of a work that its addresses call *slot*; None where it has none of that name."""
    known = {*slots(work), "b", *(f"t{n}" for n in range(1, 7))}
    known |= {f"w{n}" for n in range(1, image_count(work) + 1)}
    return asset(work, slot, sizes) if slot in known else None


def asset(work: Work, slot: str, sizes: Sizes) -> Asset:
    """The file *slot* of a work, which must have it."""
    kind, key = _KINDS[slot[0]], f"{work.aweme_id}-{slot}"
    if kind != "mp4":
        return sizes.asset(kind, key)
    gear = LIVE_GEAR if slot[0] == "l" else next(g for g in GEARS if g.slot == slot)
    return Asset(key, kind, int(largest(work, sizes) * gear.share))


def slots(work: Work) -> list[str]:
    """Every file of a work that can be had: videos in all renditions, images, covers, music."""
    if work.recipe in GONE:
        return []
    if not is_album(work):
        return [*(gear.slot for gear in GEARS), "c", "d", "m"]
    images = [f"i{n}" for n in range(1, image_count(work) + 1)]
    return [*images, *(f"l{n}" for n in moving_images(work)), "c", "m"]


# Filling in


def work_json(work: Work, nickname: str, signing: Signing, sizes: Sizes) -> bytes:
    """One element of aweme_list, or aweme_detail."""
    values = _common(work, nickname, signing)
    if work.recipe in GONE:
        return work_template(work.recipe) % values
    if is_album(work):
        values[b"images"] = _images(work, values, sizes)
    else:
        values.update(_renditions(work, sizes))
    made = work_template(work.recipe) % values
    return b'%b,"mix_info":%b}' % (made[:-1], _mix(work)) if work.user.series else made


def _mix(work: Work) -> bytes:
    """The collection a work belongs to."""
    count = work.user.count
    episodes = {"current_episode": count - work.position, "total_episode": count,
                "updated_to_episode": count}  # fmt: skip
    return compact({
        "cover_url": None, "extra": "{}", "ids": None, "is_iaa": 0, "is_serial_mix": 0,
        "mix_id": work.user.mix_id, "mix_name": f"{work.user.nickname}合集", "mix_pic_type": 0,
        "mix_type": 0, "paid_episodes": None, "statis": episodes, "status": {"viewed_in_mix": 0},
    })  # fmt: skip


def _common(work: Work, nickname: str, signing: Signing) -> dict[bytes, bytes]:
    liked = likes(work)
    start = len(work.text) + 1
    return {
        b"id": b"%d" % work.aweme_id,
        b"time": b"%d" % work.create_time,
        b"duration": b"%d" % duration_ms(work),
        b"seconds": b"%d" % (duration_ms(work) // 1000),
        b"desc": inner(work.desc),
        b"text": inner(work.text),
        b"tag": inner(work.tag),
        b"start": b"%d" % start,
        b"end": b"%d" % (start + len(work.tag) + 1),
        b"nickname": inner(nickname),
        b"uid": work.user.uid.encode(),
        b"sec": work.user.sec_user_id.encode(),
        b"likes": b"%d" % liked,
        b"comments": b"%d" % comment_count(work),
        b"shares": b"%d" % (liked // 41),
        b"collects": b"%d" % (liked // 17),
        b"top": b"%d" % work.pinned,
        b"hash": blake2b(b"%d" % work.aweme_id, digest_size=14).hexdigest().encode(),
        b"sig": signing.signature.encode(),
        b"exp": b"%d" % signing.expires,
        b"exphex": b"%08x" % signing.expires,
    }


def _renditions(work: Work, sizes: Sizes) -> dict[bytes, bytes]:
    values = {}
    most, duration = largest(work, sizes), duration_ms(work)
    for n, gear in enumerate(GEARS):
        size = int(most * gear.share)
        values[b"size%d" % n] = b"%d" % size
        values[b"rate%d" % n] = b"%d" % (size * 8000 // duration)
    return values


def _images(work: Work, values: dict[bytes, bytes], sizes: Sizes) -> bytes:
    moving = moving_images(work)
    made = []
    for n in range(1, image_count(work) + 1):
        more = {b"n": b"%d" % n}
        if n in moving:
            more[b"lsize"] = b"%d" % asset(work, f"l{n}", sizes).size
        made.append(image_template(n in moving) % {**values, **more})
    return b",".join(made)
