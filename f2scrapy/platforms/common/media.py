"""The platforms' descriptions of files: a video in its encodings, a picture in its formats.

The fields have the platform's own names, and None if the answer does not hold them: parsing a page
is several times faster without a validator function per number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from pydantic import BaseModel, Field

from f2scrapy.model.fields import to_https
from f2scrapy.model.media import Media, MediaKind, Rendition

# A file of one track for players that load both apart, such as …/media-video-hvc1/ and
# …/media-audio-und-mp4a/ (seen at TikTok and Douyin, 2026).
_PICTURE_TRACK = re.compile(r"^[^?]*/media-video-")
_SOUND_TRACK = re.compile(r"^[^?]*/media-audio-")
_FORMATS = ("webp", "jpeg", "png", "gif", "avif", "heic")  # the best supported first


class FileAddress(BaseModel):
    """The URLs of one file, with its size."""

    url_list: list[str] | None = None  # mirrors
    uri: str | None = None  # of a video: its id for the player; of music: one of the mirrors
    width: int | None = None  # pixels
    height: int | None = None
    data_size: int | None = None  # bytes
    file_hash: str | None = None

    @cached_property
    def urls(self) -> tuple[str, ...]:
        """The mirrors in the order of attempts, all https."""
        secure = (to_https(url) for url in self.url_list or (self.uri or "",))
        return tuple(url for url in secure if url.startswith("https://"))

    def make_rendition(self, **known: Any) -> Rendition:
        """Return this file as a rendition; `known` holds other fields of it."""
        urls = self.urls
        size = {"width": self.width or 0, "height": self.height or 0, "size": self.data_size or 0}
        if any(_PICTURE_TRACK.search(url) for url in urls):
            size["is_silent"] = True
        return Rendition(urls=urls, **(size | known))


class Gear(BaseModel):
    """An encoding of a video."""

    play_addr: FileAddress | None = None
    bit_rate: int | None = None  # bits per second
    gear_name: str | None = None
    fps: float | None = Field(None, allow_inf_nan=False)
    format: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it has no sound, for players that load audio separately (Douyin, 2026)."""
        return (
            self.format or ""
        ).lower() == "dash"  # TikTok says so in the URL alone, see `make_rendition`

    @property
    def codec(self) -> str:
        """The codec in the spelling of `Rendition.codec`."""
        raise NotImplementedError

    @property
    def rendition(self) -> Rendition:
        return (self.play_addr or FileAddress()).make_rendition(
            bit_rate=self.bit_rate or 0,
            fps=round(self.fps or 0),
            codec=self.codec,
            label=self.gear_name or "",
            **({"is_silent": True} if self.is_silent else {}),
        )


class Video(BaseModel):
    """A video with its covers."""

    animated_cover: FileAddress | None = None
    origin_cover: FileAddress | None = None
    cover: FileAddress | None = None

    def list_gears(self) -> Sequence[Gear]:
        """Return its encodings."""
        raise NotImplementedError

    def list_files(self) -> Iterator[tuple[FileAddress, Rendition]]:
        """Yield the files that the answer names outside the list of encodings."""
        raise NotImplementedError

    def list_renditions(self) -> tuple[Rendition, ...]:
        """Return each encoding once; those without sound only if there are no others."""
        return tuple(one for one in self.offers if not one.is_silent) or tuple(self.offers)

    def list_spare(self) -> tuple[Rendition, ...]:
        """Return the encodings without sound that `list_renditions` leaves out."""
        silent = tuple(offer for offer in self.offers if offer.is_silent)
        return () if silent == self.list_renditions() else silent

    @cached_property
    def offers(self) -> list[Rendition]:
        """Each encoding once, and none of sound alone."""
        offers = [(gear.play_addr, gear.rendition) for gear in self.list_gears() if gear.play_addr]
        offers += self.list_files()
        unique: dict[Any, Rendition] = {}
        for file, rendition in offers:
            if rendition.urls and not any(map(_SOUND_TRACK.search, rendition.urls)):
                unique.setdefault(file.file_hash or rendition.urls, rendition)
        return list(unique.values())

    @property
    def original(self) -> Rendition | None:
        """The file as it was uploaded, of unknown size; None = the platform shows none."""
        return None

    @property
    def has_sound_only(self) -> bool:
        """Whether its file is the music of an image set instead of a video."""
        return False

    @property
    def has_cover(self) -> bool:
        """Whether the answer mentions a cover, even without a URL."""
        return bool(self.animated_cover or self.origin_cover or self.cover)

    def choose_cover(self) -> Media:
        """Return the animated cover if there is one, otherwise the still one."""
        if self.animated_cover and self.animated_cover.urls:
            return make_single(MediaKind.COVER, "_cover.webp", self.animated_cover)
        still = next((file for file in (self.origin_cover, self.cover) if file and file.urls), None)
        return make_single(MediaKind.COVER, "_cover.jpeg", still)


class Image(BaseModel):
    """A picture of an image set."""

    url_list: list[str] | None = None
    width: int | None = None
    height: int | None = None

    def list_renditions(self) -> tuple[Rendition, ...]:
        """Return one rendition for each format, with the format as `codec`; preferred one first."""
        formats: dict[str, list[str]] = {}
        for url in self.url_list or ():
            suffix = url.partition("?")[0].rpartition(".")[2].lower()
            formats.setdefault(suffix if suffix in _FORMATS else _FORMATS[0], []).append(url)
        offers = (
            FileAddress(
                url_list=formats[name], width=self.width, height=self.height
            ).make_rendition(codec=name)
            for name in sorted(formats, key=_FORMATS.index)
        )
        return tuple(offer for offer in offers if offer.urls)

    def list_moving(self) -> tuple[Rendition, ...] | None:
        """Return the renditions of the video in a live photo; None for a plain picture."""
        return None


def make_single(kind: MediaKind, suffix: str, address: FileAddress | None) -> Media:
    """Return a file with a single encoding; without renditions if it has no URL."""
    renditions = (address.make_rendition(),) if address and address.urls else ()
    return Media(kind=kind, suffix=suffix, renditions=renditions)
