"""Parse a row without the parts of it that cannot be read, and name these parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import AliasChoices, AliasPath, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticUndefined

from f2scrapy.model.fields import Each

MAX_ROUNDS = 8  # each removes all faults that a validation names; deeper ones show up after it

_Place = tuple[str | int, ...]  # keys of objects and numbers in lists, from the row inwards
_Parsed = TypeVar("_Parsed")


class Unreadable(NamedTuple):
    """A part of a row that was left out because it cannot be read."""

    path: str  # dotted, with "*" for numbers in lists: "video.bit_rate.*.fps"
    is_empty: bool  # whether its value was one of the platforms' many for "nothing": "", [], {}, 0


def parse_readable(
    validate: Callable[[Any], _Parsed],
    fields: Mapping[str, FieldInfo],
    essential: Collection[str],
    row: Any,
) -> tuple[_Parsed, tuple[Unreadable, ...]]:
    """Return `validate(row)` without the unreadable parts of the row, and these parts.

    `fields` are those of the model of `validate`, the `essential` ones have to be readable.

    Raises:
        ValidationError, TypeError, LookupError …: a part without which the row means nothing.
    """
    found: dict[Unreadable, None] = {}
    first: Exception | None = None
    for _ in range(MAX_ROUNDS):
        try:
            return validate(row), tuple(found)
        except ValidationError as error:
            first = first or error
            places = [_find_place(fields.values(), fault, row) for fault in error.errors()]
        except (TypeError, AttributeError, LookupError, ArithmeticError) as error:
            first = first or error
            places = [_find_culprit(validate, row)]
        if not all(places) or any(_find_fields(fields, place) & set(essential) for place in places):
            break
        found |= dict.fromkeys(_describe(row, place) for place in places)
        row = _remove(row, places)
    assert first is not None
    raise first


def _find_place(fields: Iterable[FieldInfo], fault: ErrorDetails, row: Any) -> _Place:
    """Return the place in the row of a fault; () = the row does not hold it.

    An object that lacks a required field is at fault itself.
    """
    loc = fault["loc"]
    if fault["type"] == "missing":
        return _find_deepest(loc, row)
    candidates = [loc, *_locate_in_rows(fields, loc, row)]
    exact = (place for place in candidates if _get(row, place) is fault["input"])
    return next(exact, None) or _find_deepest(loc, row)


def _locate_in_rows(fields: Iterable[FieldInfo], loc: _Place, row: Any) -> Iterator[_Place]:
    """Yield the places that `loc` may mean if it counts values that a field has collected."""
    for field in fields:
        each = next((one for one in field.metadata if isinstance(one, Each)), None)
        for path in _list_paths("", field) if each else ():
            number = loc[len(path)] if loc[: len(path)] == path and len(loc) > len(path) else ""
            if each and isinstance(number, int):
                yield (*path, *each.locate(_get(row, path), number), *loc[len(path) + 1 :])


def _find_fields(fields: Mapping[str, FieldInfo], place: _Place) -> set[str]:
    """Return the fields with the longest path that leads to a place."""
    paths = [(path, name) for name in fields for path in _list_paths(name, fields[name])]
    leading = [(path, name) for path, name in paths if place[: len(path)] == path]
    longest = max((len(path) for path, _ in leading), default=0)
    return {name for path, name in leading if len(path) == longest}


def _find_deepest(loc: _Place, row: Any) -> _Place:
    """Return the innermost place on the way to `loc` that the row has."""
    place: _Place = ()
    for step in loc:
        if _get(row, (*place, step)) is PydanticUndefined:
            break
        place += (step,)
    return place


def _list_paths(name: str, field: FieldInfo) -> list[_Place]:
    alias = field.validation_alias or name
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return [
        tuple(choice.path) if isinstance(choice, AliasPath) else (choice,) for choice in choices
    ]


def _find_culprit(validate: Callable[[Any], Any], row: Any) -> _Place:
    """Return the innermost place that makes `validate` raise what is no ValidationError.

    () = there is none.
    """
    place: _Place = ()
    inner = row
    while isinstance(inner, dict):
        steps = ((*place, key) for key in inner)
        found = next((step for step in steps if _is_judged(validate, _remove(row, [step]))), ())
        if not found:
            break
        place = found
        inner = _get(row, place)
    return place


def _is_judged(validate: Callable[[Any], Any], row: Any) -> bool:
    try:
        validate(row)
    except ValidationError:
        return True
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
        return False
    return True


def _get(value: Any, place: Iterable[str | int]) -> Any:
    for step in place:
        is_index = isinstance(step, int) and isinstance(value, list) and 0 <= step < len(value)
        if not (is_index or (isinstance(value, dict) and step in value)):
            return PydanticUndefined
        value = value[step]
    return value


def _describe(row: Any, place: _Place) -> Unreadable:
    path = ".".join("*" if isinstance(step, int) else step for step in place)
    return Unreadable(path, not _get(row, place))


def _remove(row: Any, places: Iterable[_Place]) -> Any:
    """Return a copy of the row without these places; of an inner and an outer one, both."""
    for place in sorted(set(places), key=_sort_key, reverse=True):
        if _get(row, place) is not PydanticUndefined:
            row = _remove_one(row, place)
    return row


def _sort_key(place: _Place) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in place)


def _remove_one(value: Any, place: tuple[Any, ...]) -> Any:
    """Return a copy without one place; beside other objects an empty object takes it in a list.

    So rows of a list keep their numbers, which other lists may refer to.
    """
    step: Any
    step, *rest = place
    copy = value.copy()
    if rest:
        copy[step] = _remove_one(value[step], tuple(rest))
    elif isinstance(value, list) and value[step] != {} and _holds_objects(value):
        copy[step] = {}
    else:
        del copy[step]
    return copy


def _holds_objects(members: list[Any]) -> bool:
    return any(isinstance(member, dict) for member in members)


def replace_nulls(value: Any) -> Any:
    """Return `value` without nulls in its lists.

    Beside objects a null becomes an empty object, so that rows keep their numbers; elsewhere it is
    dropped.
    """
    if isinstance(value, dict):
        return {key: replace_nulls(member) for key, member in value.items()}
    if not isinstance(value, list):
        return value
    members = [replace_nulls(member) for member in value]
    if _holds_objects(members):
        return [{} if member is None else member for member in members]
    return [member for member in members if member is not None]
