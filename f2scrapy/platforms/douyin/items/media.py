"""Douyin's descriptions of videos and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, Field

from f2scrapy.model.fields import Text, at
from f2scrapy.model.media import MediaKind, Rendition
from f2scrapy.platforms.common import media
from f2scrapy.platforms.common.captions import Caption
from f2scrapy.platforms.common.media import FileAddress

_PLAYERS = ("www.douyin.com", "aweme.snssdk.com")
_VIDEO_ID = re.compile(r"[\w-]{1,100}", re.ASCII)
_CODECS: dict[int | None, str] = {0: "h264", 1: "h265", 2: "bytevc2"}


class Gear(media.Gear):
    """An encoding of a video."""

    is_h265: int | None = None
    fps: float | None = Field(None, validation_alias="FPS", allow_inf_nan=False)

    @property
    def codec(self) -> str:
        return _CODECS.get(self.is_h265, "")


class CaptionInfo(BaseModel):
    """Captions in one language (not seen recorded; paths of yt-dlp 2026.10.26 and two more)."""

    language: Text = at("", "lang", "LanguageCodeName")
    form: Text = at("", "Format", "format")  # "webvtt", "srt", "creator_caption" (JSON)
    url: Text = at("", "url", "Url")

    def as_caption(self) -> Caption:
        urls = FileAddress(url_list=[self.url] if self.url else []).urls
        return Caption(MediaKind.SUBTITLE, self.language, self.form, urls)


class SpokenWords(BaseModel):
    """Captions by speech recognition, as JSON (not seen recorded; paths of the same programs)."""

    language: Text = ""
    url: FileAddress | None = None

    def as_caption(self) -> Caption:
        return Caption(MediaKind.SUBTITLE, self.language, "json", self.url.urls if self.url else ())


class Sticker(BaseModel):
    """Something that the author laid over the picture, such as captions."""

    captions: list[SpokenWords] | None = at(None, "auto_video_caption_info.auto_captions")


class Video(media.Video):
    """A video with its covers; image sets have their music in `play_addr`."""

    bit_rate: list[Gear] | None = None
    duration: int | None = None  # ms
    play_addr: FileAddress | None = None
    play_addr_h264: FileAddress | None = None
    play_addr_265: FileAddress | None = None
    captions: list[CaptionInfo] | None = at(None, "cla_info.caption_infos")

    def list_gears(self) -> Sequence[Gear]:
        return self.bit_rate or ()

    def list_files(self) -> Iterator[tuple[FileAddress, Rendition]]:
        """Yield the files without a bit rate, which is estimated from size and duration."""
        named = ((self.play_addr_265, "h265"), (self.play_addr_h264, "h264"), (self.play_addr, ""))
        for file, codec in named:
            if file and not any(".mp3" in url for url in file.urls):
                bit_rate = (file.data_size or 0) * 8000 // self.duration if self.duration else 0
                yield file, file.make_rendition(codec=codec, bit_rate=bit_rate)

    @property
    def original(self) -> Rendition | None:
        """The player's answer without a wish for a size: six public clients take it for the upload.

        jiji262/douyin-downloader found (2026) that it may be smaller than the best encoding.
        """
        uri = self.play_addr.uri if self.play_addr else None
        if not uri or not _VIDEO_ID.fullmatch(uri):
            return None
        query = f"aweme/v1/play/?video_id={uri}&ratio=default&line=0"
        urls = tuple(f"https://{host}/{query}" for host in _PLAYERS)
        return Rendition(urls=urls, label="original")

    @property
    def has_sound_only(self) -> bool:
        return bool(self.play_addr and self.play_addr.urls) and not self.list_renditions()


class Image(media.Image):
    """A picture of an image set; `video` is the moving part of a live photo."""

    video: Video | None = None

    def list_moving(self) -> tuple[Rendition, ...] | None:
        if self.video is None or not self.video.model_fields_set:
            return None
        return self.video.list_renditions()
