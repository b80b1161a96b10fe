"""What a work of the catalogue is on either platform: its kind, its numbers, its renditions."""

from __future__ import annotations

import random
from dataclasses import dataclass

from f2scrapy.sandbox.catalogue import ALBUMS, Sizes, Work
from f2scrapy.sandbox.http_types import compact

GIB = 1 << 30


@dataclass(frozen=True)
class Gear:
    """One rendition, as the platform names it; `share` is its size beside the largest."""

    name: str
    quality: int
    width: int
    height: int
    h265: bool
    share: float
    dash: bool = False  # a stream without sound, for the page's own player

    @property
    def slot(self) -> str:
        return f"v_{self.name}{'_dash' if self.dash else ''}"


@dataclass(frozen=True)
class Signing:
    """What makes an address valid for a while."""

    signature: str  # 32 hex digits
    expires: int  # s since 1970
    bound: str = ""  # the same for hosts that want to see a cookie of the asker's; 32 hex digits


def is_album(work: Work) -> bool:
    return work.recipe in ALBUMS


def image_count(work: Work) -> int:
    """How many images an album has."""
    return work.user.images or 1 + (work.aweme_id >> 3) % 4


def largest(work: Work, sizes: Sizes) -> int:
    """Bytes of the largest rendition, of which the others have a share."""
    return GIB if work.recipe == "huge" else sizes.of("mp4", f"{work.aweme_id}-v")


def comment_count(work: Work) -> int:
    """How many comments a work has, replies among them."""
    return likes(work) // 23


def likes(work: Work) -> int:
    return int(random.Random(work.aweme_id).paretovariate(0.6) * 30) % 9_000_000


def duration_ms(work: Work) -> int:
    return 0 if is_album(work) else 3000 + (work.aweme_id * 7919 >> 5) % 27_000


def inner(text: str) -> bytes:
    """*text* between the quotes of a JSON string."""
    return compact(text)[1:-1]
