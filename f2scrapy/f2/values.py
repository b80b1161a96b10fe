"""Turn values of an answer into those of F2's attributes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from f2scrapy.model.endpoint import decode_json
from f2scrapy.text import CHINA

_UNSAFE = re.compile(r"[^\u4e00-\u9fa5a-zA-Z0-9#]")
_STEP = re.compile(r"[^.\[\]]+|\[(?:\d+|\*)\]")
_MS_FROM = 10_000_000_000  # a larger time is in ms
_NO_ROOM_KEYS = 4  # of the data of a TikTok user who has no room, as F2 found it
TIME_FORMAT = "%Y-%m-%d %H-%M-%S"


def sanitize(value: Any) -> Any:
    """Return a text with `_` in place of all but Chinese, ASCII letters, digits and #."""
    if isinstance(value, list):
        return [sanitize(one) or "" for one in value]
    return _UNSAFE.sub("_", value) if isinstance(value, str) else value


def format_time(value: Any) -> Any:
    """Return a time as F2's text, such as `2024-05-01 08-00-00` in UTC+8; "" = there is none.

    `value` is s or ms since 1970, a number or its text, or such as "Wed Jun 01 10:23:01 +0800
    2022". (For 0 F2 returns the present time, for null "Invalid timestamp".)
    """
    if isinstance(value, list):
        return [format_time(one) for one in value]
    moment = _parse_time(value)
    return moment.astimezone(CHINA).strftime(TIME_FORMAT) if moment else ""


def _parse_time(value: Any) -> datetime | None:
    try:
        if isinstance(value, str) and not value.strip().isdecimal():
            weekday, month, day, clock, zone, year = value.split()
            return parsedate_to_datetime(f"{weekday}, {day} {month} {year} {clock} {zone}")
        number = int(value)
        seconds = number / 1000 if number > _MS_FROM else number
        return datetime.fromtimestamp(seconds, UTC) if number > 0 else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def parse_path(path: str) -> list[str | int]:
    """Return the steps of a path such as `data.data[0].id`; "*" is each element of a list."""
    steps = (found.strip("[]") for found in _STEP.findall(path))
    return [int(step) if step.isdecimal() else step for step in steps]


def read_path(value: Any, steps: list[str | int]) -> Any:
    """Return the value behind these steps; None = there is none. Each "*" makes a list."""
    for position, step in enumerate(steps):
        if step == "*":
            rest = steps[position + 1 :]
            return [read_path(one, rest) for one in value] if isinstance(value, list) else None
        value = _read_step(value, step)
    return value


def _read_step(value: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


# What becomes of a value, by its word in fields.yaml; the second argument is the word's own path.


def _drop_missing(value: Any, _: str) -> list[Any]:
    return [one for one in value or () if one is not None]


def _decode(value: Any, path: str) -> Any:
    try:
        decoded = decode_json(value)
    except (TypeError, ValueError):
        return None
    return read_path(decoded, parse_path(path))


CONVERSIONS: dict[str, Callable[[Any, str], Any]] = {
    "text": lambda value, _: sanitize(value),
    "time": lambda value, _: format_time(value),
    "bool": lambda value, _: bool(value),
    "list": lambda value, _: value or [],
    "empty_is_none": lambda value, _: value or None,
    "present": _drop_missing,
    "present_or_none": lambda value, _: _drop_missing(value, _) if value else None,
    "nested": lambda value, _: [value or []],
    "json": lambda value, _: json.dumps(value or [], ensure_ascii=False),
    "room": lambda value, _: bool(value) and len(value) != _NO_ROOM_KEYS,
    "decoded": _decode,
}
