"""Compute kind, counts and renditions of a work, the same on both platforms."""

from __future__ import annotations

import random
from dataclasses import dataclass

from f2scrapy.sandbox.catalogue import ALBUMS, Sizes, Work
from f2scrapy.sandbox.http_types import encode_json

GIB = 1 << 30


@dataclass(frozen=True)
class Gear:
    """A rendition under the platform's name; `share` is its size relative to the largest."""

    name: str
    quality: int
    width: int
    height: int
    h265: bool
    share: float
    dash: bool = False  # without sound, for the player of the page

    @property
    def slot(self) -> str:
        return f"v_{self.name}{'_dash' if self.dash else ''}"


@dataclass(frozen=True)
class UrlSignature:
    """Signature that makes a media address valid until `expires`."""

    signature: str  # 32 hex digits
    expires: int  # s since 1970
    bound: str = ""  # for hosts that also check a cookie; 32 hex digits


def is_album(work: Work) -> bool:
    return work.recipe in ALBUMS


def count_images(work: Work) -> int:
    """Return the number of images of an album."""
    return work.user.images or 1 + (work.aweme_id >> 3) % 4


def compute_largest(work: Work, sizes: Sizes) -> int:
    """Return the bytes of the largest rendition, to which the others are relative."""
    return GIB if work.recipe == "huge" else sizes.choose_size("mp4", f"{work.aweme_id}-v")


def count_comments(work: Work) -> int:
    """Return the number of comments of a work, replies included."""
    return count_likes(work) // 23


def count_likes(work: Work) -> int:
    return int(random.Random(work.aweme_id).paretovariate(0.6) * 30) % 9_000_000


def compute_duration_ms(work: Work) -> int:
    if work.recipe == "huge":
        return 95_000
    return 0 if is_album(work) else 3000 + (work.aweme_id * 7919 >> 5) % 27_000


def escape_json(text: str) -> bytes:
    """Return *text* as the inside of a JSON string."""
    return encode_json(text)[1:-1]
