"""Field types that accept the platforms' variants, and fields by their path in an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, AliasPath, BeforeValidator, Field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

# The platforms use null, "" and 0 interchangeably: these types read all three as the empty value.


def _number_to_text(value: Any) -> str:
    if type(value) is not int:
        raise ValueError(f"expected a text, got {type(value).__name__}")
    return str(value)


Text = Annotated[
    str, BeforeValidator(lambda v: v if type(v) is str else "" if v is None else _number_to_text(v))
]


Id = Annotated[Text, BeforeValidator(lambda v: "" if v in (None, 0, "0") else v)]


Count = Annotated[int, BeforeValidator(lambda v: 0 if v is None or v == "" else v)]


# A number of people or things: 0 was counted; None = the answer does not hold it.
Stat = Annotated[int | None, BeforeValidator(lambda v: None if v == "" or v is False else v)]


Flag = Annotated[
    bool, BeforeValidator(lambda v: bool(v) if v in (None, "") or (type(v) is int and v > 0) else v)
]


# None = the answer does not hold it.
MaybeFlag = Annotated[
    bool | None, BeforeValidator(lambda v: v > 0 if type(v) is int else None if v == "" else v)
]
_LAST_MOMENT = 250_000_000_000_000  # ms since 1970, in the year 9892


def _parse_moment(value: Any) -> Any:
    """Return seconds or ms since 1970 for pydantic to convert; None for 0, "" and null."""
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if number is None or number == "":
        return None
    if type(number) not in (int, float):
        raise ValueError(f"expected seconds since 1970, got {type(value).__name__}")
    if number > _LAST_MOMENT:
        raise ValueError("a time too far in the future to be shown in every time zone")
    return number if number > 0 else None


# An aware datetime in UTC; None = the answer does not hold it.
Moment = Annotated[datetime | None, BeforeValidator(_parse_moment)]


def to_https(url: str) -> str:
    """Return the URL with https: some come as http (Douyin, 2023), from hosts that serve both.

    One without a scheme, as pages write them, gets it.
    """
    return f"https:{url}" if url.startswith("//") else url.replace("http://", "https://", 1)


Url = Annotated[str, BeforeValidator(lambda v: v or ""), AfterValidator(to_https)]


# URL of a page of the site, without its query, which identifies the requester: did=, iid=, u_code=,
# share_sign= (2024).
PageUrl = Annotated[Url, AfterValidator(lambda v: v.partition("?")[0])]


def _parse_path(text: str) -> AliasPath:
    first, *rest = text.split(".")
    return AliasPath(first, *(int(step) if step.isdigit() else step for step in rest))


def at(default: Any, *paths: str, **options: Any) -> Any:
    """Declare a field at the first existing one of `paths`, such as "author.avatar.url_list.0".

    A path with null as its value exists. `options` are those of `pydantic.Field`.
    """
    places = [_parse_path(path) for path in paths]
    alias = AliasChoices(*places) if len(places) > 1 else places[0]
    return Field(default, validation_alias=alias, **options)


@dataclass(frozen=True, slots=True)
class Each(BeforeValidator):
    """A validator that collects one value of each row; made by `each`."""

    wanted: AliasPath = field(default_factory=lambda: AliasPath(""))
    needed: AliasPath | None = None  # rows without a value there are left out

    def locate(self, rows: Any, number: int) -> tuple[str | int, ...]:
        """Return the place in `rows` of the collected value `number`; () = there is none."""
        if not _holds_rows(rows):
            return (number,)
        chosen = [n for n, row in enumerate(rows) if not self.needed or _get(self.needed, row)]
        return (chosen[number], *self.wanted.path) if number < len(chosen) else ()


def each(path: str, where: str = "") -> Each:
    """Collect the value at `path` of each row for a list field; None = the row has none.

    With `where`, rows without a value at that path are left out; two fields with the same `where`
    are aligned.
    """
    wanted, needed = _parse_path(path), _parse_path(where) if where else None
    ids = [tuple(wanted.path)] if _is_id(wanted.path[-1]) else []

    def pluck(rows: Any) -> Any:
        if not _holds_rows(rows):
            return rows or []
        chosen = (row for row in rows if needed is None or _get(needed, row))
        return [_get(wanted, restore_ids(row, ids)) for row in chosen]

    return Each(pluck, wanted=wanted, needed=needed)


def _holds_rows(rows: Any) -> bool:
    return isinstance(rows, list) and any(isinstance(row, dict) for row in rows)


def _get(path: AliasPath, row: Any) -> Any:
    value = path.search_dict_for_path(row)
    return None if value is PydanticUndefined else value


_MAX_EXACT = 2**53  # the largest integer up to which JavaScript knows all

Steps = tuple[str | int, ...]


def list_id_paths(fields: Mapping[str, FieldInfo]) -> tuple[Steps, ...]:
    """Return the paths of all fields that may hold an id as a number."""
    aliases = [field.validation_alias or name for name, field in fields.items()]
    choices = [a.choices if isinstance(a, AliasChoices) else [a] for a in aliases]
    paths = [
        tuple(place.path) if isinstance(place, AliasPath) else (place,)
        for places in choices
        for place in places
    ]
    return tuple(path for path in paths if _is_id(path[-1]))


def _is_id(step: str | int) -> bool:
    return str(step).lower().endswith("id")


def restore_ids(row: Any, paths: Iterable[Steps]) -> Any:
    """Return `row` with the exact text in place of each rounded number at `paths`.

    Answers that passed through JavaScript have long numbers rounded; beside an `id` they have an
    `id_str`. The row itself is not changed.
    """
    for path in paths:
        parent = _descend(row, path[:-1])
        value = parent.get(path[-1]) if isinstance(parent, dict) else None
        if type(value) is int and _MAX_EXACT < value < 1 << 64 and _is_rounded(value):
            exact = parent.get(f"{path[-1]}_str") or parent.get(f"{path[-1]}Str")
            if isinstance(exact, str) and exact.isdecimal() and int(exact):
                row = _replace(row, path, exact)
    return row


def _descend(row: Any, path: Steps) -> Any:
    """Return the value at a path; None = there is none."""
    for step in path:
        try:
            row = row[step]
        except (LookupError, TypeError):
            return None
    return row


def _is_rounded(number: int) -> bool:
    """Return whether JavaScript may have written this number: it writes 17 digits and zeros."""
    return int(Decimal(repr(float(number)))) == number


def _replace(row: Any, path: Steps, value: Any) -> Any:
    """Return a copy of `row` with another value at a path."""
    if not path:
        return value
    copy = row.copy()
    copy[path[0]] = _replace(row[path[0]], path[1:], value)
    return copy
