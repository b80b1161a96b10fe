"""The state of fetching the files of one item, and why one of them cannot be fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from scrapy.http import Response

from f2scrapy.errors import F2Error, Outcome
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.model.item import Item
from f2scrapy.model.media import File, Media


class FileMissing(F2Error):
    """A file cannot be fetched now; `outcome` is the reason, the text its evidence."""

    def __init__(self, outcome: Outcome, detail: str, *, too_long: bool = False) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.too_long = too_long  # a shorter name may help


class SoundMissing(FileMissing):
    """A file is complete, and has no sound: another rendition may have it."""


@dataclass
class FetchState:
    """The state of fetching the files of one item."""

    item: Item
    refresh: asyncio.Task[dict[str, Media]] | None = None  # its media at new addresses
    # What texts are made of, shared by two files: downloads by address, rows by their first page.
    downloads: dict[str, asyncio.Task[Response]] = field(default_factory=dict)
    rows: dict[Endpoint, asyncio.Task[list[Any]]] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)  # those on disk, by asset

    def format_text(self, text: str, figures: Mapping[str, str]) -> str:
        """Return a text in Markdown with links to the files on disk in place of addresses."""
        for asset, address in figures.items():
            if file := self.files.get(asset):
                name = quote(file.path.rpartition("/")[2])
                text = text.replace(f"]({address})", f"]({name})")
        return text
