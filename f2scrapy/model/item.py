"""Item: the base of all records that a crawl yields, with the media files it points to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from f2scrapy.errors import Outcome
from f2scrapy.model.archived import Archived
from f2scrapy.model.endpoint import SHAPE_ERRORS, Endpoint, convert_errors
from f2scrapy.model.fields import Steps, Text, list_id_paths, restore_ids
from f2scrapy.model.media import File, Media, MediaKind, Unoffered
from f2scrapy.model.unreadable import Unreadable, parse_readable, replace_nulls


def _own_field(default: Any, **options: Any) -> Any:
    """Declare a field that no key of a platform's row can fill."""
    return Field(default, validation_alias="\0f2scrapy", **options)


class Item(BaseModel):
    """A record of a platform. Subclasses hold every path into its answers.

    The fields declared here belong to f2scrapy: the crawl fills them, and they come last in feeds.
    """

    model_config = ConfigDict(populate_by_name=True, extra="ignore", defer_build=True)

    platform: ClassVar[str]
    kind: ClassVar[str]  # "post", "user" …
    noun: ClassVar[str] = "item"  # its name in messages; "s" makes the plural
    _id_paths: ClassVar[tuple[Steps, ...]] = ()  # of fields that may hold a rounded number
    essential: ClassVar[frozenset[str]] = frozenset()  # fields that must be readable, if not null
    naming: ClassVar[str] = ""  # template of its files' names; "" = F2_NAMING

    state: Outcome = _own_field(Outcome.OK)  # PRIVATE, DELETED …: why its media are unavailable
    source: str = _own_field("")  # the list it was found in, such as "douyin:post:MS4w…"
    mode: str = _own_field("")  # folder below F2_PATH/<platform>, such as "post"
    owner_sec_user_id: str = _own_field("")  # of the list's owner; without a list, of the author
    owner_nickname: Text = _own_field("")
    subfolder: str = _own_field("", exclude=True)  # below the owner's, if the list has its own
    list_folder: str = _own_field("", exclude=True)  # of the list's files, below F2_PATH
    path: str = _own_field("")  # below F2_PATH, without suffix; "" until pipelines/naming.py
    archived: Archived | None = _own_field(None, exclude=True)  # None = not looked up
    files: list[File] = _own_field([])
    raw: dict[str, Any] | None = _own_field(None, exclude_if=lambda raw: raw is None)  # see F2_RAW
    spider: str = _own_field("")
    fetched_at: datetime | None = _own_field(None)  # when its answer came (aware, UTC)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for name in Item.__pydantic_fields__:
            cls.__pydantic_fields__[name] = cls.__pydantic_fields__.pop(name)

        cls._id_paths = list_id_paths(cls.__pydantic_fields__)

    @model_validator(mode="before")
    @classmethod
    def _restore_ids(cls, row: Any) -> Any:
        return restore_ids(row, cls._id_paths) if isinstance(row, dict) else row

    @classmethod
    def from_row(cls, row: Any) -> Item:
        """Parse a row of a list; a list of several kinds gives the subclass of the right kind.

        Raises:
            ProtocolError: the row has an unknown shape.
        """
        return cls.parse(row)

    @classmethod
    def is_mixed(cls) -> bool:
        """Return whether the rows of a list become items of several classes, by `from_row`."""
        return cls.from_row.__func__ is not Item.from_row.__func__  # type: ignore[attr-defined]

    @classmethod
    def parse(cls, row: Any) -> Self:
        """Parse a row as this very class, by paths alone and never by our own field names.

        Parts that cannot be read are left out, as far as the class does without them, and are
        named in `unreadable`.

        Raises:
            ProtocolError: the row has an unknown shape.
        """
        with convert_errors():
            try:
                return cls._validate(row)
            except SHAPE_ERRORS:
                filled = replace_nulls(cls.unwrap(row))
            item, unreadable = parse_readable(
                cls._validate, cls.model_fields, cls.essential, filled
            )
        item.__dict__["unreadable"] = unreadable
        return item

    @classmethod
    def _validate(cls, row: Any) -> Self:
        return cls.model_validate(row, by_alias=True, by_name=False)

    @classmethod
    def unwrap(cls, row: Any) -> Any:
        """Return the row that the paths of the fields begin at; mostly it is `row` itself."""
        return row

    @classmethod
    def parse_answer(cls, endpoint: Endpoint, answer: Mapping[str, Any]) -> Self:
        """Parse the only item in an answer of `endpoint`.

        Raises:
            ProtocolError: the answer has an unknown shape.
        """
        with convert_errors():
            [row] = endpoint.read_rows(answer)
        return cls.parse(row)

    @property
    def id(self) -> str:
        """The platform's id of this item."""
        raise NotImplementedError

    @cached_property
    def key(self) -> str:
        """The name of this item in archive and report, such as "douyin:post:72981456…"."""
        return f"{self.platform}:{self.kind}:{self.id}"

    @property
    def list_owner(self) -> tuple[str, str, str]:
        """The owner of the list's folder: platform, mode and sec_user_id."""
        author = getattr(self, "sec_user_id", "")
        return self.platform, self.mode, self.owner_sec_user_id or author

    def __str__(self) -> str:
        """Return the key alone, so that logs show no signed addresses."""
        return self.key

    @cached_property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """The parts of its row that could not be read; `parse` sets them."""
        return ()

    @cached_property
    def page_keys(self) -> tuple[str, ...]:
        """The keys of the items of its page; the spider sets them. () = unknown."""
        return ()

    @property
    def folder(self) -> tuple[str, str]:
        """Id and name of the folder for items of its list; ("", "") = the author's of each item."""
        return getattr(self, "sec_user_id", ""), getattr(self, "nickname", "")

    @property
    def published(self) -> datetime | None:
        """The time of publication (aware, UTC); None = unknown."""
        return getattr(self, "create_time", None)

    @property
    def is_pinned(self) -> bool:
        """Whether its owner keeps it at the top of the list, regardless of its age."""
        return bool(getattr(self, "is_top", False))

    @property
    def promises_rows(self) -> bool:
        """Whether it says that its own list has rows, of which the platform may show a part."""
        return False

    @property
    def reply_count(self) -> int:
        """The number of replies below it that its list's total includes."""
        return 0

    def detail_endpoint(self) -> Endpoint | None:
        """Return the endpoint that renews its media addresses; None = there is none."""
        return None

    def list_media(self) -> list[Media]:
        """Return the files that belong to it; none if `state` makes them unavailable."""
        return []

    def find_unknown(self, files: list[Media]) -> Media | None:  # noqa: ARG002 - none by default
        """Return what stands for the file that it must have, if none of its files is that one."""
        return None

    def list_unoffered(self) -> list[Unoffered]:
        """Return the files that the answer mentions without a usable form of them."""
        return []

    def list_wanted(self, kinds: frozenset[MediaKind]) -> list[Media]:
        """Return the files of these kinds."""
        return [medium for medium in self.assets.values() if medium.is_wanted(kinds)]

    @cached_property
    def assets(self) -> dict[str, Media]:
        """Its files by asset, computed once because several pipelines use it."""
        files = self.list_media()
        unknown = self.find_unknown(files)
        return {medium.asset: medium for medium in ([unknown, *files] if unknown else files)}


class Account(Item):
    """The account of the cookies in use, as the unnamed owner of its own lists."""

    @cached_property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """The parts of its row that could not be read; `parse` sets them."""
        return ()

    @property
    def folder(self) -> tuple[str, str]:
        return "self", "self"
