"""Compute the danmaku of videos; nothing is stored."""

from __future__ import annotations

from typing import NamedTuple

from f2scrapy.sandbox.catalogue import Work
from f2scrapy.sandbox.works import compute_duration_ms

_EACH_MS = 700  # of the video between two danmaku
_SILENT_MS = (32_000, 64_000)  # without any
_TEXTS = ("哈哈哈", "前方高能", '<b>666</b> & "好"', "打卡")


class Danmaku(NamedTuple):
    """A danmaku at a place of the video."""

    id: str
    text: str
    offset_ms: int


def list_danmaku(work: Work) -> list[Danmaku]:
    """Return all danmaku of a work; one of two has none."""
    places = range(0, compute_duration_ms(work) if work.position % 2 == 0 else 0, _EACH_MS)
    return [
        Danmaku(str(work.aweme_id + n), f"{_TEXTS[n % len(_TEXTS)]}{n}", place)
        for n, place in enumerate(places)
        if not _SILENT_MS[0] <= place < _SILENT_MS[1]
    ]
