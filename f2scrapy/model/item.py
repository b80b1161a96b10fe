"""What all items share: Item, the media it points to, and types that tolerate the platforms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)

from f2scrapy.errors import Outcome
from f2scrapy.model.endpoint import Endpoint, readable
from f2scrapy.model.fields import Text
from f2scrapy.model.media import File, Media

# The platforms send null, "" and 0 for one another: these read "nothing" as the empty value.


def _filled(value: Any) -> Any:
    """The same without null in its lists: beside objects that is an empty one, else nothing."""
    if isinstance(value, dict):
        return {key: _filled(inside) for key, inside in value.items()}
    if not isinstance(value, list):
        return value
    some = [_filled(one) for one in value]
    objects = any(isinstance(one, dict) for one in some)
    return [{} if one is None else one for one in some if objects or one is not None]


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
