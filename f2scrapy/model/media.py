"""The files of a work: their kinds, and the renditions to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from f2scrapy.errors import InputError
from f2scrapy.text import describe_unknown


class MediaKind(StrEnum):
    """The kinds F2_MEDIA chooses from."""

    VIDEO = "video"
    IMAGE = "image"
    LIVE_PHOTO = "live_photo"
    COVER = "cover"
    MUSIC = "music"
    DESC = "desc"
    LYRIC = "lyric"
    SUBTITLE = "subtitle"  # captions in the language that is spoken
    TRANSLATION = "translation"  # … in all other languages
    LIVE = "live"  # a broadcast, recorded as it goes; `pipelines/live.py`


def parse_media_kinds(names: Iterable[str]) -> frozenset[MediaKind]:
    """The kinds F2_MEDIA names; none = metadata only.

    Raises:
        InputError: one is not known.
    """
    given = {name.strip() for name in names} - {""}
    for name in given - set(MediaKind):
        raise InputError(describe_unknown(f"F2_MEDIA: {name!r}", name, MediaKind))
    return frozenset(map(MediaKind, given))


class Rendition(BaseModel):
    """One encoding of a medium, at all the addresses (mirrors) it is served from."""

    model_config = ConfigDict(frozen=True)

    urls: tuple[str, ...]
    width: int = 0  # pixels; 0 = not said, here and below
    height: int = 0
    bit_rate: int = 0  # bits per second
    fps: int = 0
    size: int = 0  # bytes
    codec: str = ""  # "h264", "h265", "av1" …; "" = not said
    label: str = ""  # the platform's own name, such as "normal_1080_0"

    @property
    def key(self) -> str:
        """Names this encoding in the archive, the same on every run."""
        return f"{self.width}x{self.height}-{self.codec or 'any'}-{self.bit_rate}"


class Media(BaseModel):
    """One file of a work: either renditions to choose from, or `text` to write.

    `text_of` raises ProtocolError where what was fetched cannot be read.
    """

    model_config = ConfigDict(frozen=True)

    kind: MediaKind
    suffix: str  # what follows the item's path, such as "_image_1.webp"
    renditions: tuple[Rendition, ...] = ()
    text: str | None = None  # None = fetched, not written from the answer
    text_of: Callable[[bytes], str] | None = None  # makes the text of what is fetched; None = as is
    name: str = ""  # where two files of a work differ after the dot alone; "" = what is before it

    @property
    def asset(self) -> str:
        """Names this file within its work, such as "image_1"; never changes with the name."""
        return self.name or self.suffix.lstrip("_").partition(".")[0]


class File(BaseModel):
    """A complete file on disk."""

    asset: str
    path: str  # relative to F2_PATH, with forward slashes
    size: int  # bytes
    rendition: str = ""  # `Rendition.key` of what was taken
