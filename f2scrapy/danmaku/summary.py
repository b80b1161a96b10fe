"""Summary: how the rooms of a run ended, for people and as an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from f2scrapy import errors
from f2scrapy.danmaku.runner import Ended
from f2scrapy.text import make_visible

_NUMBERS = ("messages", "chats", "gifts", "coins", "gaps", "reconnects")
_SHOWN = _NUMBERS[:5]  # in the table, which has to fit into 80 columns


def exit_code(ended: Sequence[Ended]) -> int:
    """That of a crawl: 0 whole, 1 bad input, 3 holes that are listed, 4 others, 5 refused.

    The worst of the rooms counts; a room that was not on air is no fault.
    """
    return errors.worst_exit_code(map(_code, ended))


def _code(ended: Ended) -> int:
    holes = errors.EXIT_EXPLAINED if ended.gaps else errors.EXIT_OK
    return errors.worst_exit_code((errors.exit_code(ended.outcome), holes))


def show(ended: Sequence[Ended], console: Console) -> None:
    """A table on a terminal and a sentence for each room below, else a line a room."""
    if not console.is_terminal:
        for one in ended:
            console.print(Text(_line(one)), soft_wrap=True)
        return
    table = Table("room", "ended", *_SHOWN, "time", box=None, padding=(0, 1, 0, 0))
    for place, column in enumerate(table.columns):
        column.no_wrap = True
        column.justify = "right" if place > 1 else "left"
    table.columns[0].max_width = 16
    for one in ended:
        numbers = map(str, _numbers(one)[: len(_SHOWN)])
        table.add_row(*map(Text, (_short(one), one.outcome, *numbers, _time(one))))
    console.print(table)
    for one in ended:
        console.print(Text(f"{_name(one)}: {_why(one)}"))


def _line(ended: Ended) -> str:
    told = ", ".join(f"{n} {name}" for n, name in zip(_numbers(ended), _NUMBERS, strict=True))
    return f"{_name(ended)}: {ended.outcome}; {told}, {_time(ended)}; {_why(ended)}"


def _numbers(ended: Ended) -> tuple[int, ...]:
    return (
        *(ended.messages, ended.counts["chat"], ended.gifts),
        *(ended.coins, ended.gaps, ended.reconnects),
    )


def _name(ended: Ended) -> str:
    return make_visible(str(ended.room) if ended.room else ended.text)


def _short(ended: Ended) -> str:
    room = ended.room
    return make_visible((room and (room.nickname or room.web_rid or room.room_id)) or ended.id)


def _why(ended: Ended) -> str:
    """How it ended and what to do, in sentences."""
    failed = ", ".join(ended.failed_sinks)
    words = [make_visible(ended.why), f"could not be written: {failed}" if failed else ""]
    return f"{'; '.join(filter(None, words)).rstrip('.')}. {ended.outcome.advice}".rstrip()


def _time(ended: Ended) -> str:
    return str(timedelta(seconds=round(ended.seconds)))
