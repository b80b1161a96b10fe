"""Media: the files of an item, their kinds and the renditions to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from f2scrapy.errors import InputError, Outcome
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.text import describe_unknown


class MediaKind(StrEnum):
    """The kinds of files that F2_MEDIA selects."""

    VIDEO = "video"
    IMAGE = "image"
    LIVE_PHOTO = "live_photo"
    MOTION_PHOTO = "motion_photo"  # one file of a live photo's picture and clip
    ARTICLE = "article"  # its text, as Markdown
    COVER = "cover"
    MUSIC = "music"
    DESC = "desc"
    LYRIC = "lyric"
    SUBTITLE = "subtitle"  # captions in the spoken language
    TRANSLATION = "translation"  # captions in other languages
    INFO = "info"  # the row as JSON
    NFO = "nfo"  # for media centres
    DANMAKU = "danmaku"  # of a published video, as XML and ASS
    LIVE = "live"  # the recording of a broadcast; `pipelines/live.py`


# Without one of these there is nothing of a work.
CONTENT_KINDS = frozenset(
    {MediaKind.VIDEO, MediaKind.IMAGE, MediaKind.LIVE_PHOTO, MediaKind.ARTICLE}
)

MADE_OF = frozenset({MediaKind.IMAGE, MediaKind.LIVE_PHOTO})  # a Motion Photo


def parse_media_kinds(names: Iterable[str]) -> frozenset[MediaKind]:
    """Parse the values of F2_MEDIA; an empty set = metadata only.

    Motion Photos bring the kinds that they are made of.

    Raises:
        InputError: a name is unknown.
    """
    given = {name.strip() for name in names} - {""}
    for name in given - set(MediaKind):
        raise InputError(describe_unknown(f"F2_MEDIA: {name!r}", name, MediaKind))
    kinds = frozenset(map(MediaKind, given))
    return kinds | MADE_OF if MediaKind.MOTION_PHOTO in kinds else kinds


class Rendition(BaseModel):
    """An encoding of a file, with all URLs (mirrors) that serve it."""

    model_config = ConfigDict(frozen=True)

    urls: tuple[str, ...]
    width: int = 0  # pixels; 0 = unknown, here and below
    height: int = 0
    bit_rate: int = 0  # bits per second
    fps: int = 0
    size: int = 0  # bytes
    codec: str = ""  # "h264", "h265", "av1" …; "" = unknown
    label: str = ""  # the platform's own name, such as "normal_1080_0"
    is_silent: bool = False  # it holds a picture track only, for players that load sound apart

    @property
    def key(self) -> str:
        """The name of this encoding in the archive, the same on every run."""
        return f"{self.width}x{self.height}-{self.codec or 'any'}-{self.bit_rate}"


class Media(BaseModel):
    """A file of an item: renditions to choose from, `text` to write, or a list to write it from.

    `to_text` and `write_rows` raise ProtocolError if bytes or rows have an unknown shape.
    """

    model_config = ConfigDict(frozen=True)

    kind: MediaKind
    suffix: str  # follows the item's path, such as "_image_1.webp"
    renditions: tuple[Rendition, ...] = ()
    spare: tuple[Rendition, ...] = ()  # without sound, for when none of `renditions` can be fetched
    original: Rendition | None = None  # the upload itself; its size shows whether it is better
    text: str | None = None  # from the answer; None = the file is downloaded
    # Files of the item that `text` links: their addresses, by asset.
    figures: dict[str, str] = Field(default_factory=dict)
    to_text: Callable[[bytes], str] | None = None  # converts the downloaded bytes; None = as is
    first_page: Endpoint | None = None  # of the list whose rows make the text
    write_rows: Callable[[list[Any]], str] | None = None  # makes that text; set with `first_page`
    name: str = ""  # set if two files of an item differ only after the dot; "" = from the suffix
    is_unknown: bool = False  # it stands for content that only the work's own interface shows
    absence: Outcome = Outcome.MEDIA_BROKEN  # why there are no renditions, if there are none
    absence_detail: str = "the answer names no address"

    @property
    def asset(self) -> str:
        """The name of this file within its item, such as "image_1", independent of F2_NAMING."""
        return self.name or self.suffix.lstrip("_").partition(".")[0]

    @property
    def is_shown(self) -> bool:
        """Whether the answer holds its text, or an address of it."""
        return bool(self.renditions) or self.text is not None

    def is_wanted(self, kinds: frozenset[MediaKind]) -> bool:
        """Return whether it is, or may be, of one of these kinds."""
        return self.kind in kinds or (self.is_unknown and not kinds.isdisjoint(CONTENT_KINDS))


class Unoffered(NamedTuple):
    """A file that the answer mentions, and that the platform does not offer in a usable form."""

    kind: MediaKind
    why: str


class File(BaseModel):
    """A complete file on disk."""

    asset: str
    path: str  # relative to F2_PATH, with forward slashes
    size: int  # bytes
    rendition: str = ""  # `Rendition.key` of the chosen one
