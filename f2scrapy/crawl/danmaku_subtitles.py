"""Write danmaku of a published video as subtitles that move across the picture."""

from __future__ import annotations

import os

from scrapy.crawler import Crawler

from f2scrapy.crawl.shared import get_options
from f2scrapy.model.item import Item


def write_subtitles(xml: str, item: Item, crawler: Crawler) -> str:
    """Return danmaku as ASS, from XML in the format of Bilibili's players; `item` is the work.

    The canvas is the size of the work's picture, or that of F2_DANMAKU_CANVAS.
    """
    # Imported on use: they bring the messages of live rooms, which few crawls need.
    from xml.etree import ElementTree as ET  # noqa: PLC0415

    from f2scrapy.danmaku.files import build_look  # noqa: PLC0415
    from f2scrapy.danmaku.sinks.ass import format_texts  # noqa: PLC0415

    width, height = getattr(item, "width", 0), getattr(item, "height", 0)
    size = (width, height) if width and height else None
    look = build_look(get_options(crawler), os.environ, size)
    rows = ET.fromstring(xml).iter("d")  # noqa: S314 - written by this project
    texts = [(float(one.attrib["p"].partition(",")[0]), one.text or "") for one in rows]
    return format_texts(texts, look, title=f"{item.platform} {item.id}")
