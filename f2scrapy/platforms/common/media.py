"""How the platforms describe files: a video in its encodings, a picture in its formats.

The fields bear the platform's own names, and None where it says nothing: pages are read several
times faster without a function per number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from f2scrapy.model.fields import https
from f2scrapy.model.media import Media, MediaKind, Rendition

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
        return Rendition(urls=self.urls, **(size | known))


class Gear(BaseModel):
    """One encoding of a video."""

    play_addr: Address | None = None
    bit_rate: int | None = None  # bits per second
    gear_name: str | None = None
    fps: float | None = None
    format: str | None = None

    @property
    def silent(self) -> bool:
        """Pictures only, for players that fetch the sound apart (seen on Douyin, 2026)."""
        return self.format == "dash"

    @property
    def codec(self) -> str:
        """As `Rendition.codec`."""
        raise NotImplementedError

    @property
    def rendition(self) -> Rendition:
        return (self.play_addr or Address()).rendition(
            bit_rate=self.bit_rate or 0,
            fps=round(self.fps or 0),
            codec=self.codec,
            label=self.gear_name or "",
        )


class Video(BaseModel):
    """A video with its covers."""

    animated_cover: Address | None = None
    origin_cover: Address | None = None
    cover: Address | None = None

    def gears(self) -> Sequence[Gear]:
        """Its encodings."""
        raise NotImplementedError

    def files(self) -> Iterator[tuple[Address, Rendition]]:
        """The addresses that are told besides."""
        raise NotImplementedError

    def renditions(self) -> tuple[Rendition, ...]:
        """Each encoding once; those without sound only where there are no others."""
        gears = [(gear.play_addr, gear) for gear in self.gears() if gear.play_addr]
        offers = [(file, gear.rendition) for file, gear in gears if not gear.silent]
        offers += self.files()
        offers = offers or [(file, gear.rendition) for file, gear in gears]
        unique: dict[Any, Rendition] = {}
        for file, rendition in offers:
            if rendition.urls:
                unique.setdefault(file.file_hash or rendition.urls, rendition)
        return tuple(unique.values())

    @property
    def has_sound_only(self) -> bool:
        """Whether what stands in its place is the music of pictures."""
        return False

    def cover_file(self) -> Media:
        """What moves, where there is such a cover."""
        if self.animated_cover and self.animated_cover.urls:
            return single(MediaKind.COVER, "_cover.webp", self.animated_cover)
        return single(MediaKind.COVER, "_cover.jpeg", self.origin_cover or self.cover)


class Image(BaseModel):
    """A picture of an image set."""

    url_list: list[str] | None = None
    width: int | None = None
    height: int | None = None

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

    def moving(self) -> tuple[Rendition, ...]:
        """What moves in a live photo."""
        return ()


def single(kind: MediaKind, suffix: str, address: Address | None) -> Media:
    """A file that comes in one encoding; no renditions where it has no address."""
    renditions = (address.rendition(),) if address and address.urls else ()
    return Media(kind=kind, suffix=suffix, renditions=renditions)
