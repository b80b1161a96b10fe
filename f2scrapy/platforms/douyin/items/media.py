"""How Douyin describes videos and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import Field

from f2scrapy.model.media import Rendition
from f2scrapy.platforms.common import media
from f2scrapy.platforms.common.media import Address

_CODECS: dict[int | None, str] = {0: "h264", 1: "h265", 2: "bytevc2"}


class Gear(media.Gear):
    """One encoding of a video."""

    is_h265: int | None = None
    fps: float | None = Field(None, validation_alias="FPS")

    @property
    def codec(self) -> str:
        return _CODECS.get(self.is_h265, "")


class Video(media.Video):
    """A video with its covers; image sets have their music in `play_addr`."""

    bit_rate: list[Gear] | None = None
    duration: int | None = None  # ms
    play_addr: Address | None = None
    play_addr_h264: Address | None = None
    play_addr_265: Address | None = None

    def gears(self) -> Sequence[Gear]:
        return self.bit_rate or ()

    def files(self) -> Iterator[tuple[Address, Rendition]]:
        """The addresses that come without a word on their bit rate."""
        named = ((self.play_addr_265, "h265"), (self.play_addr_h264, "h264"), (self.play_addr, ""))
        for file, codec in named:
            if file and not any(".mp3" in url for url in file.urls):
                bit_rate = (file.data_size or 0) * 8000 // self.duration if self.duration else 0
                yield file, file.rendition(codec=codec, bit_rate=bit_rate)

    @property
    def has_sound_only(self) -> bool:
        return bool(self.play_addr and self.play_addr.urls) and not self.renditions()


class Image(media.Image):
    """A picture of an image set; `video` is what moves in a live photo."""

    video: Video | None = None

    def moving(self) -> tuple[Rendition, ...]:
        return self.video.renditions() if self.video else ()
