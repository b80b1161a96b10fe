"""Know the files of a work on TikTok, and fill in its JSON."""

from __future__ import annotations

from hashlib import blake2b

from f2scrapy.sandbox.catalogue import GONE, Sizes, Work, make_hashtag_id
from f2scrapy.sandbox.media import Asset, TextAsset
from f2scrapy.sandbox.tiktok.addresses import (
    GEARS,
    LANGUAGES,
    MARKED_SHARE,
    Language,
    make_subtitles,
)
from f2scrapy.sandbox.tiktok.shapes import (
    ItemForm,
    build_image_template,
    build_item_template,
    count_hearts,
)
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

_KINDS = {"v": "mp4", "w": "mp4", "i": "jpeg", "c": "jpeg", "o": "jpeg", "d": "webp", "z": "jpeg",
          "m": "mp3"}  # fmt: skip


def has_captions(work: Work) -> bool:
    """Return whether a film has subtitles: three of four have."""
    return not is_album(work) and (work.aweme_id >> 32) % 4 != 3


def list_slots(work: Work) -> list[str]:
    """Return the downloadable files of a work; only "w" has a watermark."""
    if work.recipe in GONE:
        return []
    if is_album(work):
        return [*(f"i{n}" for n in range(1, count_images(work) + 1)), "c", "o", "m"]
    spoken = [language.slot for language in LANGUAGES] if has_captions(work) else []
    return [*(gear.slot for gear in GEARS), "w", *spoken, "c", "o", "d", "m"]


def find_asset(work: Work, slot: str, sizes: Sizes) -> Asset | None:
    """Return the file of a work that its addresses call *slot*; None if there is none."""
    return build_asset(work, slot, sizes) if slot in {*list_slots(work), "z"} else None


def build_asset(work: Work, slot: str, sizes: Sizes) -> Asset:
    """Return the file *slot* of a work, which must have it."""
    key = f"{work.aweme_id}-{slot}"
    if slot.startswith("s_"):
        return TextAsset.from_text(
            key, "vtt", make_subtitles(str(work.aweme_id), _find_language(slot))
        )
    kind = _KINDS[slot[0]]
    if kind != "mp4":
        return sizes.build_asset(kind, key)
    shares = {gear.slot: gear.share for gear in GEARS} | {"w": MARKED_SHARE}
    return Asset(key, kind, int(compute_largest(work, sizes) * shares[slot]))


def _find_language(slot: str) -> Language:
    return next(language for language in LANGUAGES if language.slot == slot)


# JSON


def build_item_json(work: Work, nickname: str, signing: UrlSignature, sizes: Sizes) -> bytes:
    """Return one element of itemList, or itemStruct."""
    values = _collect_values(work, nickname, signing)
    form = ItemForm(work.recipe, bool(work.tag), has_captions(work), work.user.series)
    if work.recipe in GONE:
        return build_item_template(form) % values
    if is_album(work):
        numbers = range(1, count_images(work) + 1)
        rows = [build_image_template() % {**values, b"n": b"%d" % n} for n in numbers]
        values[b"images"] = b"[%b]" % b",".join(rows)
    else:
        values.update(_collect_renditions(work, sizes))
    return build_item_template(form) % values


def _collect_values(work: Work, nickname: str, signing: UrlSignature) -> dict[bytes, bytes]:
    user, liked, start = work.user, count_likes(work), len(work.text) + 1
    counts = {b"likes": liked, b"comments": count_comments(work), b"shares": liked // 41,
              b"collects": liked // 17, b"plays": liked * 37, b"time": work.create_time,
              b"start": start, b"end": start + len(work.tag) + 1, b"exp": signing.expires,
              b"seconds": compute_duration_ms(work) // 1000, b"id": work.aweme_id,
              b"followers": user.followers, b"following": user.following,
              b"videos": user.aweme_count, b"hearts": count_hearts(user)}  # fmt: skip
    return {name: b"%d" % number for name, number in counts.items()} | {
        b"desc": escape_json(work.desc),
        b"text": escape_json(work.text),
        b"tag": escape_json(work.tag),
        b"tagid": make_hashtag_id(work.tag).encode(),
        b"nickname": escape_json(nickname),
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


def _collect_renditions(work: Work, sizes: Sizes) -> dict[bytes, bytes]:
    most, duration = compute_largest(work, sizes), compute_duration_ms(work)
    values = {}
    for n, gear in enumerate(GEARS):
        size = int(most * gear.share)
        values[b"size%d" % n] = b"%d" % size
        values[b"rate%d" % n] = b"%d" % (size * 8000 // duration)
    return values
