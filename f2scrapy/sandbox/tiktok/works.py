"""A work of the catalogue as TikTok sees it: its files, and its JSON."""

from __future__ import annotations

from hashlib import blake2b

from f2scrapy.sandbox.catalogue import GONE, Sizes, Work
from f2scrapy.sandbox.media import Asset, Text
from f2scrapy.sandbox.tiktok.addresses import GEARS, LANGUAGES, MARKED_SHARE, Language, subtitles
from f2scrapy.sandbox.tiktok.shapes import Form, hearts, image_template, item_template
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

_KINDS = {"v": "mp4", "w": "mp4", "i": "jpeg", "c": "jpeg", "o": "jpeg", "d": "webp", "z": "jpeg",
          "m": "mp3"}  # fmt: skip


def captioned(work: Work) -> bool:
    """Whether a film has subtitles: three of four have."""
    return not is_album(work) and (work.aweme_id >> 32) % 4 != 3


def slots(work: Work) -> list[str]:
    """Every file of a work that can be had; "w" alone bears a watermark."""
    if work.recipe in GONE:
        return []
    if is_album(work):
        return [*(f"i{n}" for n in range(1, image_count(work) + 1)), "c", "o", "m"]
    spoken = [language.slot for language in LANGUAGES] if captioned(work) else []
    return [*(gear.slot for gear in GEARS), "w", *spoken, "c", "o", "d", "m"]


def find_asset(work: Work, slot: str, sizes: Sizes) -> Asset | None:
    """The file of a work that its addresses call *slot*; None where it has none of that name."""
    return asset(work, slot, sizes) if slot in {*slots(work), "z"} else None


def asset(work: Work, slot: str, sizes: Sizes) -> Asset:
    """The file *slot* of a work, which must have it."""
    key = f"{work.aweme_id}-{slot}"
    if slot.startswith("s_"):
        return Text.of(key, "vtt", subtitles(str(work.aweme_id), _language(slot)))
    kind = _KINDS[slot[0]]
    if kind != "mp4":
        return sizes.asset(kind, key)
    shares = {gear.slot: gear.share for gear in GEARS} | {"w": MARKED_SHARE}
    return Asset(key, kind, int(largest(work, sizes) * shares[slot]))


def _language(slot: str) -> Language:
    return next(language for language in LANGUAGES if language.slot == slot)


# Filling in


def item_json(work: Work, nickname: str, signing: Signing, sizes: Sizes) -> bytes:
    """One element of itemList, or itemStruct."""
    values = _common(work, nickname, signing)
    form = Form(work.recipe, bool(work.tag), captioned(work), work.user.series)
    if work.recipe in GONE:
        return item_template(form) % values
    if is_album(work):
        numbers = range(1, image_count(work) + 1)
        rows = [image_template() % {**values, b"n": b"%d" % n} for n in numbers]
        values[b"images"] = b"[%b]" % b",".join(rows)
    else:
        values.update(_renditions(work, sizes))
    return item_template(form) % values


def _common(work: Work, nickname: str, signing: Signing) -> dict[bytes, bytes]:
    user, liked, start = work.user, likes(work), len(work.text) + 1
    counts = {b"likes": liked, b"comments": comment_count(work), b"shares": liked // 41,
              b"collects": liked // 17, b"plays": liked * 37, b"time": work.create_time,
              b"start": start, b"end": start + len(work.tag) + 1, b"exp": signing.expires,
              b"seconds": duration_ms(work) // 1000, b"id": work.aweme_id,
              b"followers": user.followers, b"following": user.following,
              b"videos": user.aweme_count, b"hearts": hearts(user)}  # fmt: skip
    return {name: b"%d" % number for name, number in counts.items()} | {
        b"desc": inner(work.desc),
        b"text": inner(work.text),
        b"tag": inner(work.tag),
        b"nickname": inner(nickname),
        b"uid": user.uid.encode(),
        b"unique": user.unique_id.encode(),
        b"sec": user.sec_user_id.encode(),
        b"mix": user.mix_id.encode(),
        b"pinned": b"true" if work.pinned else b"false",
        b"hash": blake2b(b"%d" % work.aweme_id, digest_size=14).hexdigest().encode(),
        b"sig": signing.signature.encode(),
        b"bound": signing.bound.encode(),
        b"exphex": b"%08x" % signing.expires,
    }


def _renditions(work: Work, sizes: Sizes) -> dict[bytes, bytes]:
    most, duration = largest(work, sizes), duration_ms(work)
    values = {}
    for n, gear in enumerate(GEARS):
        size = int(most * gear.share)
        values[b"size%d" % n] = b"%d" % size
        values[b"rate%d" % n] = b"%d" % (size * 8000 // duration)
    return values
