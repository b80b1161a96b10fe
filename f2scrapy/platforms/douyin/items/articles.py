"""Articles: works of a text with pictures."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, Json

from f2scrapy.model.fields import Flag, Text
from f2scrapy.model.media import Media, MediaKind
from f2scrapy.platforms.common.media import FileAddress, make_single
from f2scrapy.platforms.douyin.endpoints.posts import WHOLE

# The platform writes the size of a picture behind its address; no Markdown has it there.
_SIZE = re.compile(r"(!\[[^\[\]]*+\]\([^()\s]++)(?: (?:width|height)=\d+)+\)")


class Picture(BaseModel):
    """A picture of an article at its addresses, and `markdown_url` as its text has it."""

    origin_image_url: Text = ""
    high_image_url: Text = ""
    ai_high_image_url: Text = ""  # enlarged by the platform
    markdown_url: Text = ""

    def as_media(self, number: int) -> Media:
        """Return its file; the address of the upload is tried first."""
        urls = (self.origin_image_url, self.high_image_url, self.ai_high_image_url,
                self.markdown_url)  # fmt: skip
        address = FileAddress(url_list=[url for url in urls if url])
        return make_single(MediaKind.IMAGE, f"_image_{number}.webp", address)


class _Content(BaseModel):
    markdown: Text = ""


class _Layout(BaseModel):
    image_list: list[Picture] | None = None


_Empty = BeforeValidator(lambda text: text or None)


class Article(BaseModel):
    """The text of a work of type 163, and its pictures (not seen recorded).

    Paths are those of ikenxuan/karin-plugin-kkk and three more public programs of 2026; the names
    of a picture's addresses those of two. `article_content` and `fe_data` are JSON within JSON. A
    list holds the first 499 characters of the text, the work's own interface all of it (one program
    measured 38 articles, 2026-09-10).
    """

    article_title: Text = ""
    content: Annotated[Json[_Content] | None, _Empty] = Field(
        None, validation_alias="article_content"
    )
    layout: Annotated[Json[_Layout] | None, _Empty] = Field(None, validation_alias="fe_data")
    is_whole: Flag = Field(False, validation_alias=WHOLE)

    @property
    def pictures(self) -> list[Picture]:
        return (self.layout.image_list if self.layout else None) or []

    def format_text(self) -> str:
        """Return the text as Markdown that other programs read, under its title; "" = no text."""
        text = _SIZE.sub(r"\1)", self.content.markdown.strip() if self.content else "")
        title = self.article_title.strip()
        return f"# {title}\n\n{text}\n" if text and title else text and f"{text}\n"
