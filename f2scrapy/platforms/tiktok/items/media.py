"""How TikTok describes videos, pictures and captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel, to_pascal

from f2scrapy.model.fields import Flag, Text, at
from f2scrapy.model.media import Media, MediaKind, Rendition
from f2scrapy.platforms.common import media
from f2scrapy.platforms.tiktok import captions

_CODECS = {"h264": "h264", "h265": "h265", "bytevc1": "h265", "av1": "av1"}
_CODECS |= {"bytevc2": "bytevc2", "h266": "bytevc2"}
_SIDE = re.compile(r"_(\d{3,4})(?:_|$)")  # "adapt_lowest_1080_1"
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


def _addressed(url: Any) -> Any:
    """A bare address as the others stand; "" is none."""
    return {"url_list": [url]} if url and isinstance(url, str) else url or None


# An address without mirrors, such as a cover's.
Single = Annotated[media.Address | None, BeforeValidator(_addressed)]


class Address(media.Address):
    """Where one encoding lies; before 2024 without the size of its picture."""

    model_config = ConfigDict(alias_generator=to_pascal)


class Gear(media.Gear):
    """One encoding of a video."""

    model_config = ConfigDict(alias_generator=to_pascal)

    play_addr: Address | None = None
    bit_rate: int | None = Field(None, validation_alias="Bitrate")
    fps: float | None = Field(None, validation_alias="BitrateFPS")
    codec_type: str | None = None  # "h264", "h265_hvc1"

    @property
    def codec(self) -> str:
        return _codec(self.codec_type)


def _codec(name: str | None) -> str:
    return _CODECS.get((name or "").lower().partition("_")[0], "")


class Caption(BaseModel):
    """Captions in one language."""

    language: Text = at("", "LanguageCodeName", "language")  # such as "eng-US"
    source: Text = at("", "Source")  # "ASR" heard by a machine, "MT" translated by one
    original: Flag = at(False, "isOriginalCaption")
    url: Text = at("", "Url", "url")
    mirrors: list[str] | None = at(None, "urlList")

    @property
    def spoken(self) -> bool:
        """Whether it says what is said, in the language it is said in."""
        return self.original or self.source not in ("", "MT")

    def files(self) -> Iterator[Media]:
        """As the platform wrote it, and as most players want it."""
        kind = MediaKind.SUBTITLE if self.spoken else MediaKind.TRANSLATION
        place = media.Address(url_list=list(dict.fromkeys([self.url, *(self.mirrors or ())])))
        name = f"{kind}_{_UNSAFE.sub('_', self.language) or 'und'}"
        for end, text_of in (("vtt", captions.vtt), ("srt", captions.srt)):
            file = media.single(kind, f"_{name}.{end}", place)
            yield file.model_copy(update={"text_of": text_of, "name": f"{name}_{end}"})


class Video(media.Video):
    """A video with its covers and captions; never the copy for sharing, which has a watermark."""

    model_config = ConfigDict(alias_generator=to_camel)

    animated_cover: Single = Field(None, validation_alias="dynamicCover")
    origin_cover: Single = None
    cover: Single = None
    width: int | None = None  # pixels, of what `definition` names
    height: int | None = None
    definition: str | None = None  # "540p"
    codec_type: str | None = None
    bitrate: int | None = None
    size: int | None = None  # bytes
    bitrate_info: list[Gear] | None = None
    play_addr_struct: Address | None = Field(None, validation_alias="PlayAddrStruct")
    play_addr: Single = None
    subtitle_infos: list[Caption] | None = None
    caption_infos: list[Caption] | None = at(None, "claInfo.captionInfos")

    @model_validator(mode="after")
    def _measure(self) -> Self:
        """Where an encoding's size is not said, it follows from its name and the video's shape."""
        for gear in self.bitrate_info or ():
            side = _SIDE.search(gear.gear_name or "")
            if gear.play_addr and not gear.play_addr.width and side and self.width and self.height:
                told = f"{side[1]}p" == self.definition
                factor = 1 if told else int(side[1]) / min(self.width, self.height)
                gear.play_addr.width = round(self.width * factor)
                gear.play_addr.height = round(self.height * factor)
        return self

    def gears(self) -> Sequence[Gear]:
        return self.bitrate_info or ()

    def files(self) -> Iterator[tuple[media.Address, Rendition]]:
        """What the page plays by itself; it is one of the encodings, where these are told."""
        file = self.play_addr_struct or (None if self.bitrate_info else self.play_addr)
        if file:
            known = {
                "width": file.width or self.width or 0,
                "height": file.height or self.height or 0,
                "size": file.data_size or self.size or 0,
                "bit_rate": self.bitrate or 0,
            }
            yield file, file.rendition(codec=_codec(self.codec_type), **known)

    def captions(self) -> list[Media]:
        """Its captions, each language once: in 2025 both lists name the same files."""
        files: dict[str, Media] = {}
        for caption in (*(self.caption_infos or ()), *(self.subtitle_infos or ())):
            for file in caption.files():
                files.setdefault(file.asset, file)
        return [file for file in files.values() if file.renditions]


class Image(media.Image):
    """A picture of a photo post; its paths are as others tell them, no answer was recorded."""

    url_list: list[str] | None = at(None, "imageURL.urlList")
    width: int | None = at(None, "imageWidth")
    height: int | None = at(None, "imageHeight")
