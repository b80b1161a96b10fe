"""Decide which rows of a list a user wants: by time, kind, likes, length and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, Self

from f2scrapy.model.item import Item
from f2scrapy.model.media import CONTENT_KINDS, MediaKind
from f2scrapy.text import CHINA, describe_unknown, make_visible

_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_AGE = re.compile(r"(\d{1,5})(h|d|w)", re.ASCII | re.IGNORECASE)
_AGES = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)
_TEXTS = ("desc", "caption", "title", "comment_text", "signature")  # fields that `match` searches
INTERVAL_FORMS = "want 2024, 2024-03, 2024-01-01..2024-12-31, 2024-01-01.., ..2024-12-31, 7d or all"


class Interval(NamedTuple):
    """A period of publication in whole days of UTC+8; both ends (aware, UTC) are inclusive."""

    start: datetime | None  # None = no limit
    end: datetime | None
    name: str = ""  # the same for the same period, such as "2024-01-01..2024-12-31", "7d"

    @classmethod
    def parse(cls, text: str, now: datetime) -> Self | None:
        """Read a period in one of the forms of INTERVAL_FORMS; None for `all`.

        Two days may have `|` between them, as in F2. `now` (aware) is the end of `7d`, the last
        seven days; `h` and `w` are hours and weeks.

        Raises:
            ValueError: this is no period.
        """
        text = text.strip()
        if text.lower() == "all":
            return None
        if age := _AGE.fullmatch(text):
            return cls(now - int(age[1]) * _AGES[age[2].lower()], None, text.lower())
        first, separator, last = text.partition("|" if "|" in text else "..")
        if not separator and _DAY.fullmatch(text):
            _read_period(text)  # it may be no day
            raise ValueError(f"one day is {text}..{text}; put a text with | into quotes")
        if not separator:
            first = last = text
        start = _read_period(first)[0] if first or separator == "|" else None
        end = _read_period(last)[1] if last or separator == "|" else None
        if start is None and end is None:
            raise ValueError("a day is missing")
        if start and end and start > end:
            raise ValueError("the earlier day comes first")
        days = (f"{day}" if day else "" for day in (start, end))
        return cls(_begin(start), _finish(end), "..".join(days))

    def contains(self, moment: datetime) -> bool:
        """Return whether the aware `moment` lies within."""
        return not self.is_before(moment) and (self.end is None or moment <= self.end)

    def is_before(self, moment: datetime) -> bool:
        """Return whether the aware `moment` is too old."""
        return self.start is not None and moment < self.start


def _read_period(text: str) -> tuple[date, date]:
    """Return the first and the last day of a day, a month or a year."""
    text = text.strip()
    try:
        if _YEAR.fullmatch(text):
            return date(int(text), 1, 1), date(int(text), 12, 31)
        if month := _MONTH.fullmatch(text):
            year, number = int(month[1]), int(month[2])
            first = date(year, number, 1)
            following = date(year + number // 12, number % 12 + 1, 1)
            return first, following - timedelta(days=1)
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007
    except (ValueError, OverflowError):
        shown = make_visible(text)
        fault = f"{shown} is no day of the calendar" if shown else "a day is missing"
        raise ValueError(fault) from None
    return day, day


def _begin(day: date | None) -> datetime | None:
    try:
        return datetime.combine(day, time.min, CHINA).astimezone(UTC) if day else None
    except OverflowError:  # UTC+8 begins before the year 1
        raise ValueError(f"{day} is too early") from None


def _finish(day: date | None) -> datetime | None:
    return datetime.combine(day, time(23, 59, 59), CHINA).astimezone(UTC) if day else None


class Span(NamedTuple):
    """A range of numbers, both ends inclusive."""

    least: int
    most: int | None  # None = no limit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1000` or `1000..` (at least), `..500` (at most), or `100..500`.

        Raises:
            ValueError: this is no such range.
        """
        first, separator, last = (part.strip() for part in text.partition(".."))
        numbers = [int(part) for part in (first, last) if _NUMBER.fullmatch(part)]
        if len(numbers) != bool(first) + bool(last) or not numbers:
            raise ValueError("want a number or a range: 1000, 1000.., ..500, 100..500")
        if len(numbers) == 2 and numbers[0] > numbers[1]:
            raise ValueError("the smaller number comes first")
        return cls(numbers[0] if first else 0, numbers[-1] if separator and last else None)

    def contains(self, number: float) -> bool:
        """Return whether a number lies within."""
        return self.least <= number and (self.most is None or number <= self.most)

    def __str__(self) -> str:
        return f"{self.least}..{'' if self.most is None else self.most}"


def parse_work_kinds(text: str) -> frozenset[MediaKind]:
    """Read kinds of works: `video`, `image`, `live_photo`, separated by commas.

    Raises:
        ValueError: one is no kind of work.
    """
    names = {name.strip() for name in text.split(",")} - {""}
    for name in sorted(names - CONTENT_KINDS):
        raise ValueError(describe_unknown(f"kind {name!r}", name, sorted(CONTENT_KINDS)))
    if not names:
        raise ValueError(f"want {', '.join(sorted(CONTENT_KINDS))}")
    return frozenset(map(MediaKind, names))


class ItemFilter(NamedTuple):
    """The rows of a list that a user wants; None and an empty set want all."""

    interval: Interval | None = None
    kinds: frozenset[MediaKind] = frozenset()
    likes: Span | None = None
    seconds: Span | None = None
    match: re.Pattern[str] | None = None

    @classmethod
    def of_arguments(cls, args: Any) -> ItemFilter:
        """Return the filter in the arguments of a spider; a spider without lists has none."""
        names = cls._fields
        return cls(**{name: getattr(args, name) for name in names if hasattr(args, name)})

    def find_reason(self, item: Item) -> str:
        """Return the name of the filter that leaves an item out; "" = it is wanted.

        What is not known of an item leaves it in: a date, a count, a kind.
        """
        return next(self._iterate_reasons(item), "")

    def _iterate_reasons(self, item: Item) -> Iterator[str]:
        published = item.published if self.interval else None
        if self.interval and published and not self.interval.contains(published):
            yield "interval"
        if self.kinds and not _has_kind(item, self.kinds):
            yield "kinds"
        likes = getattr(item, "digg_count", None)
        if self.likes and likes is not None and not self.likes.contains(likes):
            yield "likes"
        if self.seconds and (length := _get_seconds(item)) is not None:
            yield from () if self.seconds.contains(length) else ("seconds",)
        if self.match and not _matches(item, self.match):
            yield "match"

    @property
    def name(self) -> str:
        """Its name in the archive: runs with the same filter continue each other; "" = none."""
        parts = {
            "interval": self.interval.name if self.interval else "",
            "kinds": ",".join(sorted(self.kinds)),
            "likes": str(self.likes or ""),
            "seconds": str(self.seconds or ""),
            "match": self.match.pattern if self.match else "",
        }
        return "&".join(f"{name}={value}" for name, value in parts.items() if value)


def _has_kind(item: Item, kinds: frozenset[MediaKind]) -> bool:
    content = [medium for medium in item.assets.values() if medium.kind in CONTENT_KINDS]
    return not content or any(medium.is_wanted(kinds) for medium in content)


def _get_seconds(item: Item) -> float | None:
    """Return the length of a video or a sound; 0 = pictures; None = not known."""
    length_ms = getattr(item, "duration_ms", 0) or getattr(item, "duration_s", 0) * 1000
    if length_ms:
        return float(length_ms / 1000)
    return 0.0 if getattr(item, "pictures", None) else None


def _matches(item: Item, pattern: re.Pattern[str]) -> bool:
    names = ("nickname", *_TEXTS) if item.kind == "user" else _TEXTS
    texts = [getattr(item, name) for name in names if hasattr(item, name)]
    return not texts or any(pattern.search(text or "") for text in texts)
