"""How Douyin describes files: a video in its encodings, a picture in its formats.

The fields bear the platform's own names, and None where it says nothing: pages are read several
times faster without a function per number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field

from f2scrapy.item import Media, MediaKind, Rendition, https

_CODECS: dict[int | None, str] = {0: "h264", 1: "h265", 2: "bytevc2"}
_FORMATS = ("webp", "jpeg", "png", "gif", "avif", "heic")  # what more programs open comes first


class Address(BaseModel):
    """Where one file lies."""

    url_list: list[str] | None = None  # mirrors
    width: int | None = None  # pixels
    height: int | None = None
    data_size: int | None = None  # bytes
    file_hash: str | None = None

    @property
    def urls(self) -> tuple[str, ...]:
        """The mirrors in the order to try them, all https."""
        secure = (https(url) for url in self.url_list or ())
        return tuple(url for url in secure if url.startswith("https://"))

    def rendition(self, **known: Any) -> Rendition:
        """This file, with what is `known` of its encoding."""
        size = {"width": self.width or 0, "height": self.height or 0, "size": self.data_size or 0}
        return Rendition(urls=self.urls, **size, **known)


class Gear(BaseModel):
    """One encoding of a video."""

    play_addr: Address | None = None
    bit_rate: int | None = None  # bits per second
    gear_name: str | None = None
    is_h265: int | None = None
    fps: float | None = Field(None, validation_alias="FPS")
    format: str | None = None

    @property
    def silent(self) -> bool:
        """Pictures only, for players that fetch the sound apart (`bit_rate_audio`; seen 2026)."""
        return self.format == "dash"

    @property
    def rendition(self) -> Rendition:
        return (self.play_addr or Address()).rendition(
            bit_rate=self.bit_rate or 0,
            fps=round(self.fps or 0),
            codec=_CODECS.get(self.is_h265, ""),
            label=self.gear_name or "",
        )


class Video(BaseModel):
    """A video with its covers."""

    bit_rate: list[Gear] | None = None
    duration: int | None = None  # ms
    play_addr: Address | None = None
    play_addr_h264: Address | None = None
    play_addr_265: Address | None = None
    animated_cover: Address | None = None
    origin_cover: Address | None = None
    cover: Address | None = None

    def renditions(self) -> tuple[Rendition, ...]:
        """Each encoding once; those without sound only where there are no others."""
        gears = [(gear.play_addr, gear) for gear in self.bit_rate or () if gear.play_addr]
        offers = [(file, gear.rendition) for file, gear in gears if not gear.silent]
        offers += self._files()
        offers = offers or [(file, gear.rendition) for file, gear in gears]
        unique: dict[Any, Rendition] = {}
        for file, rendition in offers:
            if rendition.urls:
                unique.setdefault(file.file_hash or rendition.urls, rendition)
        return tuple(unique.values())

    def _files(self) -> Iterator[tuple[Address, Rendition]]:
        """The addresses that come without a word on their bit rate."""
        named = ((self.play_addr_265, "h265"), (self.play_addr_h264, "h264"), (self.play_addr, ""))
        for file, codec in named:
            # Image sets have their music in play_addr.
            if file and not any(".mp3" in url for url in file.urls):
                bit_rate = (file.data_size or 0) * 8000 // self.duration if self.duration else 0
                yield file, file.rendition(codec=codec, bit_rate=bit_rate)


class Image(BaseModel):
    """A picture of an image set; `video` is what moves in a live photo."""

    url_list: list[str] | None = None
    width: int | None = None
    height: int | None = None
    video: Video | None = None

    def renditions(self) -> tuple[Rendition, ...]:
        """One for each format it is served in, as `codec`; the first is the one to take."""
        formats: dict[str, list[str]] = {}
        for url in self.url_list or ():
            suffix = url.partition("?")[0].rpartition(".")[2].lower()
            formats.setdefault(suffix if suffix in _FORMATS else _FORMATS[0], []).append(url)
        offers = (
            Address(url_list=formats[name], width=self.width, height=self.height).rendition(
                codec=name
            )
            for name in sorted(formats, key=_FORMATS.index)
        )
        return tuple(offer for offer in offers if offer.urls)


def single(kind: MediaKind, suffix: str, address: Address | None) -> Media:
    """A file that comes in one encoding; no renditions where it has no address."""
    renditions = (address.rendition(),) if address and address.urls else ()
    return Media(kind=kind, suffix=suffix, renditions=renditions)
