"""Print the results of a run and choose its exit code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from f2scrapy import errors
from f2scrapy.api.secret_values import redact_quote
from f2scrapy.danmaku.gifts import Giver
from f2scrapy.danmaku.runner import HIDDEN_GIFTS, RoomResult
from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.text import describe_unreadable, make_visible

_NUMBERS = ("messages", "chats", "gifts", "coins", "gaps", "reconnects")
_MAX_GIVERS = 5
_MAX_NAME = 40  # characters: the name of a stranger may have thousands
_TABLE_NUMBERS = _NUMBERS[:5]  # the table has to fit into 80 columns


def choose_exit_code(results: Sequence[RoomResult]) -> int:
    """Return the worst exit code of the rooms, as in a crawl.

    0 complete, 1 bad input, 3 gaps that are listed, 4 incomplete, 5 refused. A room that was not
    on air is no fault.
    """
    return errors.get_worst_exit_code(map(_get_exit_code, results))


def _get_exit_code(result: RoomResult) -> int:
    gaps = errors.EXIT_EXPLAINED if result.gaps else errors.EXIT_OK
    return errors.get_worst_exit_code((errors.get_exit_code(result.outcome), gaps))


def show(results: Sequence[RoomResult], console: Console) -> None:
    """Print a table and a sentence for each room on a terminal, else a line for each room."""
    if not console.is_terminal:
        for result in results:
            console.print(Text(_format_line(result)), soft_wrap=True)
        return
    titles = map(_, ("room", "ended", *_TABLE_NUMBERS, "time"))
    table = Table(*titles, box=None, padding=(0, 1, 0, 0))
    for index, column in enumerate(table.columns):
        column.no_wrap = True
        column.justify = "right" if index > 1 else "left"
    table.columns[0].max_width = 16
    for result in results:
        numbers = map(str, _collect_numbers(result)[: len(_TABLE_NUMBERS)])
        table.add_row(
            *map(Text, (_format_short_name(result), result.outcome, *numbers, _format_time(result)))
        )
    console.print(table)
    for result in results:
        console.print(Text(f"{_format_name(result)}: {translate_message(_describe_end(result))}"))
        if result.givers:
            console.print(Text(f"  {translate_message(_rank_givers(result))}"))


def _format_line(result: RoomResult) -> str:
    numbers = ", ".join(
        f"{n} {name}" for n, name in zip(_collect_numbers(result), _NUMBERS, strict=True)
    )
    name, end = _format_name(result), _describe_end(result)
    givers = [_rank_givers(result)] if result.givers else []
    parts = [f"{numbers}, {_format_time(result)}", *givers, end]
    return f"{name}: {'; '.join([result.outcome, *map(translate_message, parts)])}"


def _rank_givers(result: RoomResult) -> str:
    """Return the users who gave most, with their coins."""
    first = result.givers[:_MAX_GIVERS]
    names = ", ".join(f"{_format_giver(each)} {each.coins}" for each in first)
    further = len(result.givers) - len(first)
    return f"coins by giver: {names}{f', and {further} more' if further else ''}"


def _format_giver(giver: Giver) -> str:
    return errors.shorten(make_visible(giver.user.nickname), _MAX_NAME) or "?"


def _collect_numbers(result: RoomResult) -> tuple[int, ...]:
    return (
        *(result.messages, result.counts["chat"], result.gifts),
        *(result.coins, result.gaps, result.reconnects),
    )


def _format_name(result: RoomResult) -> str:
    return make_visible(str(result.room) if result.room else result.text)


def _format_short_name(result: RoomResult) -> str:
    room = result.room
    return make_visible((room and (room.nickname or room.web_rid or room.room_id)) or result.id)


def _describe_end(result: RoomResult) -> str:
    """Return the reason of the end and the advice, in sentences."""
    failed = ", ".join(result.failed_sinks)
    words = [
        make_visible(redact_quote(result.reason)),
        f"could not be written: {failed}" if failed else "",
        HIDDEN_GIFTS if result.hides_gifts and not result.gifts else "",
        describe_unreadable(result.unreadable),
    ]
    return f"{'; '.join(filter(None, words)).rstrip('.')}. {result.advice}".rstrip()


def _format_time(result: RoomResult) -> str:
    return str(timedelta(seconds=round(result.seconds)))
