"""Args: what may stand behind -a, checked before anything is asked of a platform."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from f2scrapy.config.inputs import read_lines
from f2scrapy.errors import InputError
from f2scrapy.text import CHINA, describe_invalid, describe_unknown


class Interval(BaseModel):
    """Days between which works were published, both inclusive, in UTC+8."""

    model_config = ConfigDict(frozen=True)

    start: datetime
    end: datetime

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """`2024-01-01|2024-12-31`; None for `all`.

        Raises:
            ValueError: not two days, or in the wrong order.
        """
        if text.strip().lower() == "all":
            return None
        days = [datetime.strptime(day.strip(), "%Y-%m-%d") for day in text.split("|")]  # noqa: DTZ007
        if len(days) != 2 or days[0] > days[1]:
            raise ValueError("two days are needed, the earlier one first")
        first, last = (day.date() for day in days)
        return cls(
            start=datetime.combine(first, time.min, CHINA).astimezone(UTC),
            end=datetime.combine(last, time(23, 59, 59), CHINA).astimezone(UTC),
        )

    def contains(self, moment: datetime) -> bool:
        """Whether `moment` (aware) lies within."""
        return self.start <= moment <= self.end


def _interval(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return Interval.parse(value)
    except (ValueError, OverflowError) as error:  # UTC+8 begins before the year 1
        raise ValueError(f"want YYYY-MM-DD|YYYY-MM-DD or all ({error})") from None


class Args(BaseModel):
    """Arguments every spider takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LinkArgs(Args):
    """Arguments of every spider that is told what to fetch."""

    url: str = Field(min_length=1)  # link, id, text that holds links, several, or @file

    @property
    def parts(self) -> list[str]:
        """The text given, or the lines of the file it names; each has to name something.

        Raises:
            InputError: the file cannot be read, or holds nothing.
        """
        found = read_lines(self.url, "-a url=")
        if not found:
            raise InputError(f"-a url={self.url}: there is nothing in that file")
        return found


class PaginationArgs(Args):
    """Arguments of every spider that walks a list."""

    max_counts: int = Field(0, ge=0)  # works; 0 = all
    page_counts: int | None = Field(None, ge=1)  # rows a page; None = the endpoint's own
    interval: Annotated[Interval | None, BeforeValidator(_interval)] = None
    update: bool | None = None  # stop at what is archived; None = yes where files are fetched


class ListArgs(LinkArgs, PaginationArgs):
    """Arguments of spiders that walk the lists which links name."""


class OwnArgs(ListArgs):
    """Arguments of spiders that walk the lists of the account whose cookies are used."""

    url: str = ""  # a user's link: names the folder of the files; "" = it is called "self"


class KeywordArgs(Args):
    """Arguments of spiders that are told what to look for."""

    keyword: str = Field(min_length=1)


class CursorArgs(ListArgs):
    """Arguments of lists that can be entered at a cursor."""

    max_cursor: int = Field(0, ge=0)  # ms since 1970, or of a collection the episode; 0 = the top


class FeedArgs(OwnArgs):
    """Arguments of a list that has no end."""

    max_counts: int = Field(100, ge=0)  # works; 0 = until nothing new is shown


class CommentArgs(CursorArgs):
    """`max_counts` counts the comments, and the replies to each; `max_cursor` is an offset."""

    replies: bool = False


class FollowArgs(ListArgs):
    """Arguments of the lists of followed users and of followers."""

    update: bool | None = False  # stop at whom an earlier complete run saw

    @model_validator(mode="after")
    def _dateless(self) -> Self:
        if self.interval:
            raise ValueError("-a interval=…: lists of users bear no dates")
        return self


class FollowCursorArgs(FollowArgs, CursorArgs):
    """`max_cursor` is what turns the pages of such lists: s since 1970, or an offset."""


class OrderedFollowArgs(FollowCursorArgs):
    """Arguments of such lists where their order can be chosen; `max_cursor` is as it has it."""

    source_type: int  # the order of the list; 1 = the latest first

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.update and self.source_type != 1:
            raise ValueError("-a update=true needs -a source_type=1: only there the new come first")
        return self


def parse_arguments(kind: type[Args], values: Mapping[str, Any]) -> Args:
    """`values` as arguments of this kind.

    Raises:
        InputError: one is unknown, missing or not of its type.
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
