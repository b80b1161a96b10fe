"""Show the numbers of rooms as tables on the console, as CSV files and as a picture."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path
from xml.sax.saxutils import escape

from rich.console import Console
from rich.table import Table
from rich.text import Text

from f2scrapy.danmaku.sinks import sanitize
from f2scrapy.danmaku.stats import Report
from f2scrapy.errors import InputError
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.text import CHINA, format_csv_cell, make_visible, pluralize

SUFFIXES = (".csv", ".svg")

PEOPLE = ("nickname", "user_id", "unique_id", "sec_user_id", "coins", "gifts", "chats")
GIFTS = ("gift_name", "gift_id", "count", "coins", "givers")
MINUTES = ("minute", "viewers", "chats", "chatters", "gifts", "coins")
_SHOWN = (("nickname", "coins", "gifts", "chats"), ("gift_name", "count", "coins", "givers"))

Row = dict[str, str | int | None]


def list_people(report: Report) -> Iterator[Row]:
    """Return the rows of users, the largest sum of coins first."""
    for each in report.rank_people():
        user = each.user
        cells = (user.nickname, user.user_id, user.unique_id, user.sec_user_id)
        yield dict(zip(PEOPLE, (*cells, each.coins, each.gifts, each.chats), strict=True))


def list_gifts(report: Report) -> Iterator[Row]:
    """Return the rows of gifts, the largest sum of coins first."""
    for each in report.rank_gifts():
        cells = (each.name, each.gift_id, each.count, each.coins, len(each.givers))
        yield dict(zip(GIFTS, cells, strict=True))


def list_minutes(report: Report) -> Iterator[Row]:
    """Return the rows of minutes, the first one first; `minute` is ISO 8601 in UTC+8."""
    for start, each in report.list_minutes():
        moment = start.astimezone(CHINA).isoformat(timespec="minutes")
        cells = (moment, each.viewers, each.chats, len(each.chatters), each.gifts, each.coins)
        yield dict(zip(MINUTES, cells, strict=True))


# The console


def show_report(report: Report, console: Console, top: int) -> None:
    """Print totals, what is missing, and the first *top* rows of each table."""
    console.print(Text(", ".join(map(make_visible, report.rooms))), soft_wrap=True)
    console.print(Text(translate_message(_describe_totals(report))), soft_wrap=True)
    for columns, rows in zip(_SHOWN, (list_people(report), list_gifts(report)), strict=True):
        console.print(_build_table(columns, list(rows), top))
    console.print(_build_table(MINUTES, list(list_minutes(report)), top))


def _describe_totals(report: Report) -> str:
    words = [
        f"{report.chats} chats, {report.gift_count} gifts, {report.coins} coins, "
        f"{len(report.people)} users"
    ]
    if report.light_gifts:
        words.append(f"in addition {report.light_gifts} coins of small gifts without giver")
    if report.gaps:
        words.append(f"{pluralize(report.gaps, 'gap')} of {report.gap_seconds:.0f} s in all")
    if report.unreadable:
        words.append(f"{pluralize(report.unreadable, 'line')} could not be read")
    return "; ".join(words)


def _build_table(columns: Sequence[str], rows: Sequence[Row], top: int) -> Table:
    table = Table(*map(_, columns), box=None, padding=(0, 2, 0, 0))
    for index, column in enumerate(table.columns):
        column.justify = "right" if index else "left"
        column.no_wrap = True
    table.columns[0].max_width = 24
    for row in rows[:top]:
        table.add_row(*(Text(_format_cell(row[name])) for name in columns))
    if len(rows) > top:
        table.add_row(Text(_("… {count} more", count=len(rows) - top)))
    return table


def _format_cell(value: str | int | None) -> str:
    return "" if value is None else sanitize(str(value))


# Files


def write_report(report: Report, path: Path) -> list[Path]:
    """Write `path` (.svg), or three tables beside it (.csv); return the paths of the files.

    Raises:
        InputError: the suffix is another one, or a file exists.
        OSError: a file cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise InputError(f"-o {path}: unknown suffix; use one of {', '.join(SUFFIXES)}")
    files = dict(_format_files(report, path))
    for each in files:
        if each.exists():
            raise InputError(f"{each}: this file exists; remove it, or name another one")
    for each, data in files.items():
        each.write_bytes(data)
    return list(files)


def _format_files(report: Report, path: Path) -> Iterator[tuple[Path, bytes]]:
    if path.suffix == ".svg":
        yield path, draw(report).encode()
        return
    tables = {
        "people": (PEOPLE, list_people(report)),
        "gifts": (GIFTS, list_gifts(report)),
        "minutes": (MINUTES, list_minutes(report)),
    }
    for name, (columns, rows) in tables.items():
        yield path.with_name(f"{path.stem}_{name}.csv"), _format_table(columns, rows)


def _format_table(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        cells = (make_visible(cell) if isinstance(cell, str) else cell for cell in row.values())
        writer.writerow(map(format_csv_cell, cells))
    return BOM_UTF8 + text.getvalue().encode(errors="replace")


# The picture

_WIDTH, _HEIGHT, _LEFT, _TOP = 960, 150, 90, 40  # px of a curve, and of the space beside it
_CURVES = (("viewers", "#1565c0"), ("chats", "#2e7d32"), ("coins", "#ef6c00"))


def draw(report: Report) -> str:
    """Return an SVG picture with the curves of viewers, chats and coins a minute."""
    minutes = report.list_minutes()
    curves = "".join(
        _draw_curve(index, name, colour, [getattr(minute, name) for _, minute in minutes])
        for index, (name, colour) in enumerate(_CURVES)
    )
    width, height = _LEFT + _WIDTH + 30, _TOP + len(_CURVES) * (_HEIGHT + 40) + 20
    title = escape(sanitize(", ".join(report.rooms)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="13">\n<rect width="{width}" height="{height}" '
        f'fill="#fff"/>\n<text x="{_LEFT}" y="22" font-size="16">{title}</text>\n'
        f"{curves}{_draw_times([start for start, _ in minutes], height)}</svg>\n"
    )


def _draw_curve(index: int, name: str, colour: str, values: Sequence[int | None]) -> str:
    """Return one curve with its scale; a minute without value is left out."""
    top = _TOP + index * (_HEIGHT + 40)
    most = max((value for value in values if value is not None), default=0)
    step = _WIDTH / max(len(values) - 1, 1)
    points = " ".join(
        f"{_LEFT + place * step:.1f},{top + _HEIGHT * (1 - value / (most or 1)):.1f}"
        for place, value in enumerate(values)
        if value is not None
    )
    return (
        f'<g><title>{name}</title><text x="{_LEFT - 8}" y="{top + 12}" text-anchor="end">{most}'
        f'</text><text x="{_LEFT - 8}" y="{top + _HEIGHT}" text-anchor="end">0</text>'
        f'<text x="{_LEFT}" y="{top - 6}" fill="{colour}">{name} a minute</text>'
        f'<path d="M{_LEFT} {top}v{_HEIGHT}h{_WIDTH}" fill="none" stroke="#bbb"/>'
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/></g>\n'
    )


def _draw_times(starts: Sequence[datetime], height: int) -> str:
    if not starts:
        return ""
    first, last = (
        f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" for moment in (starts[0], starts[-1])
    )
    end = _LEFT + _WIDTH
    return (
        f'<text x="{_LEFT}" y="{height - 12}">{first}</text>'
        f'<text x="{end}" y="{height - 12}" text-anchor="end">{last} (UTC+8)</text>\n'
    )
