"""What all items share: Item, the media it points to, and types that tolerate the platforms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic_core import PydanticUndefined
from scrapy.exceptions import DropItem

from f2scrapy.errors import InputError, Outcome, unknown
from f2scrapy.model.endpoint import Endpoint, readable

# The platforms send null, "" and 0 for one another: these read "nothing" as the empty value.


def _text(value: Any) -> str:
    if type(value) is not int:
        raise ValueError(f"expected a text, got {type(value).__name__}")
    return str(value)


Text = Annotated[
    str, BeforeValidator(lambda v: v if type(v) is str else "" if v is None else _text(v))
]
Id = Annotated[Text, BeforeValidator(lambda v: "" if v in (None, 0, "0") else v)]
Count = Annotated[int, BeforeValidator(lambda v: 0 if v is None or v == "" else v)]
# A number of people or things: 0 is one that was counted; None = the answer does not say.
Stat = Annotated[int | None, BeforeValidator(lambda v: None if v == "" or v is False else v)]
Flag = Annotated[
    bool, BeforeValidator(lambda v: bool(v) if v in (None, "") or (type(v) is int and v > 0) else v)
]


def _moment(value: Any) -> Any:
    """Seconds or ms since 1970 → aware UTC; 0, "" and null mean the platform does not say."""
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if number is None or number == "":
        return None
    if type(number) not in (int, float):
        raise ValueError(f"expected seconds since 1970, got {type(value).__name__}")
    return number if number > 0 else None


Moment = Annotated[datetime | None, BeforeValidator(_moment)]


def https(url: str) -> str:
    """The address by https: some come as http (Douyin, 2023), and the same hosts answer to both."""
    return url.replace("http://", "https://", 1)


Url = Annotated[str, BeforeValidator(lambda v: v or ""), AfterValidator(https)]
# Of something the site shows. Its query says who asked: did=, iid=, u_code=, share_sign= (2024).
PageUrl = Annotated[Url, AfterValidator(lambda v: v.partition("?")[0])]


def _filled(value: Any) -> Any:
    """The same without null in its lists: beside objects that is an empty one, else nothing."""
    if isinstance(value, dict):
        return {key: _filled(inside) for key, inside in value.items()}
    if not isinstance(value, list):
        return value
    some = [_filled(one) for one in value]
    objects = any(isinstance(one, dict) for one in some)
    return [{} if one is None else one for one in some if objects or one is not None]


def _path(text: str) -> AliasPath:
    first, *rest = text.split(".")
    return AliasPath(first, *(int(step) if step.isdigit() else step for step in rest))


def at(default: Any, *paths: str, **options: Any) -> Any:
    """A field that stands at the first of `paths` there is, such as "author.avatar.url_list.0".

    What is null is there. `options` are those of `pydantic.Field`.
    """
    places = [_path(path) for path in paths]
    alias = AliasChoices(*places) if len(places) > 1 else places[0]
    return Field(default, validation_alias=alias, **options)


def each(path: str, where: str = "") -> BeforeValidator:
    """For a field that is a list: what stands at `path` in each row, None where nothing does.

    With `where`, only rows that have something there; two fields with one `where` are aligned.
    """
    wanted, needed = _path(path), _path(where)

    def pluck(rows: Any) -> Any:
        if not isinstance(rows, list) or not any(isinstance(row, dict) for row in rows):
            return rows or []
        return [_look(wanted, row) for row in rows if not where or _look(needed, row)]

    return BeforeValidator(pluck)


def _look(path: AliasPath, row: Any) -> Any:
    value = path.search_dict_for_path(row)
    return None if value is PydanticUndefined else value


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


def kinds(names: Iterable[str]) -> frozenset[MediaKind]:
    """The kinds F2_MEDIA names; none = metadata only.

    Raises:
        InputError: one is not known.
    """
    given = {name.strip() for name in names} - {""}
    for name in given - set(MediaKind):
        raise InputError(unknown(f"F2_MEDIA: {name!r}", name, MediaKind))
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


def _ours(default: Any, **options: Any) -> Any:
    """A field no row of a platform can fill, whatever keys it has."""
    return Field(default, validation_alias="\0f2scrapy", **options)


class Item(BaseModel):
    """One thing a platform told us. Subclasses hold every path into its answer.

    The fields declared here are f2scrapy's own: they are added on the way and stand last in feeds.
    """

    model_config = ConfigDict(populate_by_name=True, extra="ignore", defer_build=True)

    platform: ClassVar[str]
    kind: ClassVar[str]  # "post", "user" …
    noun: ClassVar[str] = "item"  # what people are told it is; "s" makes many of one
    naming: ClassVar[str] = ""  # template of its files' names; "" = F2_NAMING

    state: Outcome = _ours(Outcome.OK)  # PRIVATE, DELETED …: why its media cannot be had
    source: str = _ours("")  # the list it was found in, such as "douyin:post:MS4w…"
    mode: str = _ours("")  # folder below F2_PATH/<platform>, such as "post"
    owner_sec_user_id: str = _ours("")  # whose list it was found in; the author's where no list is
    owner_nickname: Text = _ours("")
    subfolder: str = _ours("", exclude=True)  # below the owner's, where a list has one of its own
    path: str = _ours("")  # below F2_PATH, without suffix; "" until pipelines/naming.py
    files: list[File] = _ours([])
    raw: dict[str, Any] | None = _ours(None, exclude_if=lambda raw: raw is None)  # see F2_RAW

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for name in Item.__pydantic_fields__:
            cls.__pydantic_fields__[name] = cls.__pydantic_fields__.pop(name)

    @classmethod
    def of(cls, row: Any) -> Item:
        """The item of a row; where a list holds things of several kinds, one of the right kind.

        Raises:
            ProtocolError: it cannot be read as one.
        """
        return cls.read(row)

    @classmethod
    def read(cls, row: Any) -> Self:
        """This kind of item from a row: by paths alone, never by the names of our fields.

        Raises:
            ProtocolError: it cannot be read as one.
        """
        with readable():
            try:
                return cls.model_validate(row, by_alias=True, by_name=False)
            except ValidationError:
                if (filled := _filled(row)) == row:
                    raise
                return cls.model_validate(filled, by_alias=True, by_name=False)

    @classmethod
    def told(cls, endpoint: Endpoint, page: Mapping[str, Any]) -> Self:
        """What an answer of `endpoint` is about, which is one thing.

        Raises:
            ProtocolError: it cannot be read as that.
        """
        with readable():
            [row] = endpoint.rows_of(page)
        return cls.read(row)

    @property
    def id(self) -> str:
        """The platform's id of this thing."""
        raise NotImplementedError

    @cached_property
    def key(self) -> str:
        """Names this thing in the archive and the report, such as "douyin:post:72981456…"."""
        return f"{self.platform}:{self.kind}:{self.id}"

    def __str__(self) -> str:
        """What logs show: the whole item would bring its signed addresses there."""
        return self.key

    @property
    def folder(self) -> tuple[str, str]:
        """Id and name of the folder for works of its list; ("", "") = each work's author's."""
        return getattr(self, "sec_user_id", ""), getattr(self, "nickname", "")

    @property
    def published(self) -> datetime | None:
        """When it was published (aware, UTC); None where the platform does not say."""
        return getattr(self, "create_time", None)

    @property
    def pinned(self) -> bool:
        """Whether its owner keeps it at the top of the list, whatever its age."""
        return bool(getattr(self, "is_top", False))

    @property
    def hanging(self) -> int:
        """How many things hang below it that its list's count includes, as replies to a comment."""
        return 0

    def detail(self) -> Endpoint | None:
        """What to ask to have its media addresses anew; None = there is no such interface."""
        return None

    def media(self) -> list[Media]:
        """The files that belong to it; none where `state` says they cannot be had."""
        return []

    @cached_property
    def assets(self) -> dict[str, Media]:
        """`media()` by asset: made once, since each step on the way to the disk wants them."""
        return {medium.asset: medium for medium in self.media()}


class Account(Item):
    """The account whose cookies are used, as the owner of its lists where nobody named it."""

    @property
    def folder(self) -> tuple[str, str]:
        return "self", "self"


class Skipped(DropItem):
    """An item left out on purpose; `reason` is what the report counts: "interval", "known" …"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, log_level="DEBUG")
        self.reason = reason
