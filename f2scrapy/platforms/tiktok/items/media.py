"""TikTok's descriptions of videos, pictures and captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel, to_pascal

from f2scrapy.model.fields import Flag, Text, at
from f2scrapy.model.media import Media, MediaKind, Rendition, Unoffered
from f2scrapy.platforms.common import media
from f2scrapy.platforms.tiktok import captions

_CODECS = {"h264": "h264", "h265": "h265", "bytevc1": "h265", "av1": "av1"}
_CODECS |= {"bytevc2": "bytevc2", "h266": "bytevc2"}
_SIDE = re.compile(r"_(\d{3,4})(?:_|$)")  # "adapt_lowest_1080_1"
_CAPTION_FORMS = ("", "webvtt", "vtt")
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


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


class Caption(BaseModel):
    """Captions in one language."""

    language: Text = at("", "LanguageCodeName", "language")  # such as "eng-US"
    source: Text = at("", "Source")  # "ASR" speech recognition, "MT" machine translation
    original: Flag = at(False, "isOriginalCaption")
    form: Text = at("", "Format", "captionFormat")  # "webvtt", "creator_caption" (JSON); "" unknown
    url: Text = at("", "Url", "url")
    mirrors: list[str] | None = at(None, "urlList")

    @property
    def is_spoken(self) -> bool:
        """Whether it is in the spoken language of the video."""
        return self.original or self.source not in ("", "MT")

    @property
    def kind(self) -> MediaKind:
        return MediaKind.SUBTITLE if self.is_spoken else MediaKind.TRANSLATION

    @property
    def name(self) -> str:
        return f"{self.kind}_{_UNSAFE.sub('_', self.language) or 'und'}"

    @property
    def is_usable(self) -> bool:
        """Whether it is WebVTT, by its name; without a name only the file shows it."""
        return self.form.lower() in _CAPTION_FORMS and bool(self.urls)

    @property
    def urls(self) -> tuple[str, ...]:
        """Its mirrors, all https."""
        return media.FileAddress(url_list=[self.url, *(self.mirrors or ())]).urls


def _list_caption_files(forms: Sequence[Caption]) -> Iterator[Media]:
    """Yield the WebVTT file of one language, and an SRT file for players that lack WebVTT.

    The forms are tried in their order, those with the name of WebVTT first.
    """
    named_first = sorted(forms, key=lambda form: not form.form)
    urls = list(dict.fromkeys(url for form in named_first for url in form.urls))
    kind, name = forms[0].kind, forms[0].name
    for end, to_text in (("vtt", captions.decode_vtt), ("srt", captions.vtt_to_srt)):
        file = media.make_single(kind, f"_{name}.{end}", media.FileAddress(url_list=urls))
        yield file.model_copy(update={"to_text": to_text, "name": f"{name}_{end}"})


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
    subtitle_infos: list[Caption] | None = None
    caption_infos: list[Caption] | None = at(None, "claInfo.captionInfos")

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

    def list_captions(self) -> list[Media]:
        """Return its captions, each language once: in 2025 both lists name the same files."""
        by_name: dict[str, list[Caption]] = {}
        for caption in self._iter_captions():
            if caption.is_usable:
                by_name.setdefault(caption.name, []).append(caption)
        return [file for forms in by_name.values() for file in _list_caption_files(forms)]

    def list_unusable_captions(self) -> list[Unoffered]:
        """Return the languages that are offered in other forms only."""
        usable = {caption.name for caption in self._iter_captions() if caption.is_usable}
        others = {c.name: c for c in self._iter_captions() if c.name not in usable}
        return [
            Unoffered(caption.kind, f"only offered as {caption.form}"
                      if caption.form and caption.urls else "the answer names no address")
            for caption in others.values()
        ]  # fmt: skip

    def _iter_captions(self) -> Iterator[Caption]:
        yield from self.caption_infos or ()
        yield from self.subtitle_infos or ()


class Image(media.Image):
    """A picture of a photo post; paths from other programs, no answer was recorded."""

    url_list: list[str] | None = at(None, "imageURL.urlList")
    width: int | None = at(None, "imageWidth")
    height: int | None = at(None, "imageHeight")
