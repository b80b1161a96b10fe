"""Define and validate the arguments of spiders (-a), before any request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from f2scrapy.config.inputs import read_lines
from f2scrapy.crawl.item_filter import INTERVAL_FORMS, Interval, Span, parse_work_kinds
from f2scrapy.errors import InputError
from f2scrapy.model.media import MediaKind
from f2scrapy.text import describe_invalid, describe_unknown

_DIGITS = re.compile(r"\d{1,18}", re.ASCII)


def _parse_interval(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return Interval.parse(value, datetime.now(UTC))
    except ValueError as error:
        raise ValueError(f"{INTERVAL_FORMS} ({error})") from None


def _parse_pattern(value: Any) -> Any:
    try:
        return re.compile(value, re.IGNORECASE) if isinstance(value, str) and value else value
    except re.error as error:
        raise ValueError(f"this is no regular expression: {error}") from None


def _parse_with(parse: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def parse_digits(value: Any) -> Any:
    """Return the number that a text of digits is; other values stay, for the next validator."""
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value


class Args(BaseModel):
    """Arguments of every spider."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class LinkArgs(Args):
    """Arguments of spiders that take links."""

    url: str = Field(min_length=1)  # links, ids, text with links in it, or @file

    @property
    def parts(self) -> list[str]:
        """The text itself, or the lines of the file it names.

        Raises:
            InputError: the file cannot be read, or is empty.
        """
        found = read_lines(self.url, "-a url=")
        if not found:
            raise InputError(f"-a url={self.url}: there is nothing in that file")
        return found


class PaginationArgs(Args):
    """Arguments of spiders that read lists."""

    max_counts: int = Field(0, ge=0)  # works; 0 = all
    page_counts: int | None = Field(None, ge=1)  # rows per page; None = the endpoint's own number
    interval: Annotated[Interval | None, BeforeValidator(_parse_interval)] = None
    kinds: Annotated[frozenset[MediaKind], _parse_with(parse_work_kinds)] = frozenset()
    likes: Annotated[Span | None, _parse_with(Span.parse)] = None
    seconds: Annotated[Span | None, _parse_with(Span.parse)] = None  # of a video or a sound
    match: Annotated[re.Pattern[str] | None, BeforeValidator(_parse_pattern)] = None  # in its texts
    update: bool | None = None  # stop at archived works; None = if files are fetched


class ListArgs(LinkArgs, PaginationArgs):
    """Arguments of spiders that read the lists of links."""


class OwnArgs(ListArgs):
    """Arguments of spiders that read the lists of the own account."""

    url: str = ""  # a user's link, for the name of the folder; "" = "self"


class KeywordArgs(Args):
    """Arguments of spiders that search."""

    keyword: str = Field(min_length=1)


class CursorArgs(ListArgs):
    """Arguments of lists that can be read from a cursor on."""

    max_cursor: int = Field(0, ge=0)  # ms since 1970, or a collection's episode; 0 = the top


class FeedArgs(OwnArgs):
    """Arguments of lists without end."""

    max_counts: int = Field(100, ge=0)  # works; 0 = until no new ones come


class CommentArgs(CursorArgs):
    """Arguments of comments.

    `max_counts` limits the comments, and the replies to each; `max_cursor` is an offset.
    """

    replies: bool = False


class FollowArgs(ListArgs):
    """Arguments of lists of followed users and of followers."""

    update: bool | None = False  # stop at users that an earlier complete run saw

    @model_validator(mode="after")
    def _refuse_filters(self) -> Self:
        absent = {"interval": "dates", "kinds": "kinds", "likes": "likes", "seconds": "length"}
        for name, noun in absent.items():
            if getattr(self, name):
                raise ValueError(f"-a {name}=…: lists of users have no {noun}")
        return self


class FollowCursorArgs(FollowArgs, CursorArgs):
    """Arguments of such lists with a cursor: s since 1970, or an offset."""


class OrderedFollowArgs(FollowCursorArgs):
    """Arguments of such lists with a choice of order, which decides what `max_cursor` is."""

    source_type: int  # the order of the list; 1 = the latest first

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.update and self.source_type != 1:
            raise ValueError("-a update=true needs -a source_type=1: it shows new users first")
        return self


def parse_arguments(kind: type[Args], values: Mapping[str, Any]) -> Args:
    """Validate `values` as arguments of this kind.

    Raises:
        InputError: an argument is unknown, missing or of another type.
    """
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        raise InputError(_explain(kind, error)) from None


def _explain(kind: type[Args], error: ValidationError) -> str:
    faults = error.errors(include_url=False)
    fault = max(faults, key=lambda fault: fault["type"] == "extra_forbidden")
    name = ".".join(str(part) for part in fault["loc"])
    if not name:
        return describe_invalid(fault)
    if fault["type"] == "missing":
        return f"-a {name}=… is missing"
    if fault["type"] == "extra_forbidden":
        return describe_unknown(f"argument {name}", name, kind.model_fields)
    if fault["type"] == "string_too_short":
        return f"-a {name}= is empty"
    return f"-a {name}={fault['input']}: {describe_invalid(fault)}"
