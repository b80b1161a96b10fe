"""Compute the articles of works; nothing is stored.

Read by public programs (2026); no answer is recorded in this project.
"""

from __future__ import annotations

import json
from typing import Any

from f2scrapy.sandbox.catalogue import PHRASES, Work

_SHOWN = 499  # characters of the text in lists


TEXT = "\n\n".join(f"{n}. {PHRASES[n % len(PHRASES)] * 6}" for n in range(1, 30))


def build_article(work: Work, images: list[dict[str, Any]]) -> dict[str, Any]:
    """Return `article_info`, with the images of a work as the pictures of its text."""
    pictures = [
        {"markdown_url": image["url_list"][-1], "origin_image_url": image["url_list"][0],
         "high_image_url": image["url_list"][0], "ai_high_image_url": ""}
        for image in images
    ]  # fmt: skip
    shown = "\n\n".join(
        f"![]({picture['markdown_url']} width=1440 height=1920)" for picture in pictures
    )
    text = f"{TEXT}\n\n{shown}"
    return {
        "article_id": str(work.aweme_id), "article_title": work.text, "article_type": 999,
        "article_content": _pack({"long_article_abstract": text[:_SHOWN], "markdown": text}),
        "fe_data": _pack({"image_list": pictures, "image_length": len(pictures), "read_time": 2}),
    }  # fmt: skip


def cut(article: dict[str, Any]) -> dict[str, Any]:
    """Return `article_info` as lists have it."""
    markdown = json.loads(article["article_content"])["markdown"][:_SHOWN]
    return article | {"article_content": _pack({"markdown": markdown})}


def _pack(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
