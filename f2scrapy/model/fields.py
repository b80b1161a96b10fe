"""Field types that tolerate the platforms, and fields by their path in an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, AliasPath, BeforeValidator, Field
from pydantic_core import PydanticUndefined

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
