"""TikTok's descriptions of videos, pictures and captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel, to_pascal

from f2scrapy.model.fields import Flag, Text, at
from f2scrapy.model.media import MediaKind, Rendition
from f2scrapy.platforms.common import media
from f2scrapy.platforms.common.captions import Caption

_CODECS = {"h264": "h264", "h265": "h265", "bytevc1": "h265", "av1": "av1"}
_CODECS |= {"bytevc2": "bytevc2", "h266": "bytevc2"}
_SIDE = re.compile(r"_(\d{3,4})(?:_|$)")  # "adapt_lowest_1080_1"


def _wrap_url(url: Any) -> Any:
    """Return a bare URL in the shape of a list of mirrors; None for ""."""
    return {"url_list": [url]} if url and isinstance(url, str) else url or None


# A URL without mirrors, such as a cover's.
SingleUrl = Annotated[media.FileAddress | None, BeforeValidator(_wrap_url)]


class FileAddress(media.FileAddress):
    """The URLs of one encoding; before 2024 without width and height."""

    model_config = ConfigDict(alias_generator=to_pascal)


class Gear(media.Gear):
    """An encoding of a video."""

    model_config = ConfigDict(alias_generator=to_pascal)

    play_addr: FileAddress | None = None
    bit_rate: int | None = Field(None, validation_alias="Bitrate")
    fps: float | None = Field(None, validation_alias="BitrateFPS", allow_inf_nan=False)
    codec_type: str | None = None  # "h264", "h265_hvc1"

    @property
    def codec(self) -> str:
        return _parse_codec(self.codec_type)


def _parse_codec(name: str | None) -> str:
    return _CODECS.get((name or "").lower().partition("_")[0], "")


class Subtitle(BaseModel):
    """Captions in one language."""

    language: Text = at("", "LanguageCodeName", "language")  # such as "eng-US"
    source: Text = at("", "Source")  # "ASR" speech recognition, "MT" machine translation
    original: Flag = at(False, "isOriginalCaption")
    form: Text = at("", "Format", "captionFormat")  # "webvtt", "creator_caption" (JSON)
    url: Text = at("", "Url", "url")
    mirrors: list[str] | None = at(None, "urlList")

    @property
    def is_spoken(self) -> bool:
        """Whether it is in the spoken language of the video."""
        return self.original or self.source not in ("", "MT")

    def as_caption(self) -> Caption:
        kind = MediaKind.SUBTITLE if self.is_spoken else MediaKind.TRANSLATION
        urls = media.FileAddress(url_list=[self.url, *(self.mirrors or ())]).urls
        return Caption(kind, self.language, self.form, urls)


class Video(media.Video):
    """A video with its covers and captions, without the watermarked copy for sharing."""

    model_config = ConfigDict(alias_generator=to_camel)

    animated_cover: SingleUrl = Field(None, validation_alias="dynamicCover")
    origin_cover: SingleUrl = None
    cover: SingleUrl = None
    width: int | None = None  # pixels, of the encoding that `definition` names
    height: int | None = None
    definition: str | None = None  # "540p"
    codec_type: str | None = None
    bitrate: int | None = None
    size: int | None = None  # bytes
    bitrate_info: list[Gear] | None = None
    play_addr_struct: FileAddress | None = Field(None, validation_alias="PlayAddrStruct")
    play_addr: SingleUrl = None
    subtitle_infos: list[Subtitle] | None = None
    caption_infos: list[Subtitle] | None = at(None, "claInfo.captionInfos")

    @model_validator(mode="after")
    def _measure(self) -> Self:
        """Set missing sizes of encodings from their names and the proportions of the video."""
        for gear in self.bitrate_info or ():
            side = _SIDE.search(gear.gear_name or "")
            if gear.play_addr and not gear.play_addr.width and side and self.width and self.height:
                same = f"{side[1]}p" == self.definition
                factor = 1 if same else int(side[1]) / min(self.width, self.height)
                gear.play_addr.width = round(self.width * factor)
                gear.play_addr.height = round(self.height * factor)
        return self

    def list_gears(self) -> Sequence[Gear]:
        return self.bitrate_info or ()

    def list_files(self) -> Iterator[tuple[media.FileAddress, Rendition]]:
        """Yield the file that the site plays by default, if the encodings do not include it."""
        has_gears = any(gear.rendition.urls for gear in self.list_gears())
        named = (self.play_addr_struct, None if has_gears else self.play_addr)
        file = next((file for file in named if file and file.urls), None)
        if file:
            known = {
                "width": file.width or self.width or 0,
                "height": file.height or self.height or 0,
                "size": file.data_size or self.size or 0,
                "bit_rate": self.bitrate or 0,
            }
            yield file, file.make_rendition(codec=_parse_codec(self.codec_type), **known)

    def list_captions(self) -> list[Caption]:
        """Return its captions: in 2025 both lists name the same files."""
        both = [*(self.caption_infos or ()), *(self.subtitle_infos or ())]
        return [subtitle.as_caption() for subtitle in both]


class Image(media.Image):
    """A picture of a photo post; paths from other programs, no answer was recorded."""

    url_list: list[str] | None = at(None, "imageURL.urlList")
    width: int | None = at(None, "imageWidth")
    height: int | None = at(None, "imageHeight")
