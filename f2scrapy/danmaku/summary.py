"""Summary: how the rooms of a run ended, for people and as an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from f2scrapy.danmaku.runner import Ended
from f2scrapy.errors import Outcome
from f2scrapy.extensions.ledger import (
    EXIT_EXPLAINED,
    EXIT_INPUT,
    EXIT_OK,
    EXIT_REFUSED,
    EXIT_UNEXPLAINED,
)
from f2scrapy.naming import visible

_WHOLE = {Outcome.OK, Outcome.EMPTY_TRUE, Outcome.INTERRUPTED}  # who stops it has all until then
_NUMBERS = ("messages", "chats", "gifts", "coins", "gaps", "reconnects")


def exit_code(ended: Sequence[Ended]) -> int:
    """That of a crawl: 0 whole, 1 bad input, 3 holes that are listed, 4 others, 5 refused.

    The worst of the rooms counts; a room that was not on air is no fault.
    """
    return max(map(_code, ended), key=_WORSE.index, default=EXIT_OK)


_WORSE = (EXIT_OK, EXIT_EXPLAINED, EXIT_INPUT, EXIT_UNEXPLAINED, EXIT_REFUSED)


def _code(ended: Ended) -> int:
    if ended.outcome.refused:
        return EXIT_REFUSED
    if ended.outcome is Outcome.BAD_INPUT:
        return EXIT_INPUT
    if ended.outcome not in _WHOLE or ended.failed_sinks:
        return EXIT_EXPLAINED if ended.outcome.explains else EXIT_UNEXPLAINED
    return EXIT_EXPLAINED if ended.gaps else EXIT_OK


def show(ended: Sequence[Ended], console: Console) -> None:
    """A table on a terminal, else a line a room."""
    if not console.is_terminal:
        for one in ended:
            console.print(Text(_line(one)), soft_wrap=True)
        return
    table = Table("room", "ended", *_NUMBERS, "time", box=None, padding=(0, 1))
    for column in table.columns[:2]:
        column.overflow = "fold"  # nothing is left out
    for column in table.columns[2:]:
        column.justify = "right"
    for one in ended:
        cells = [_name(one), _how(one), *map(str, _numbers(one)), _time(one)]
        table.add_row(*map(Text, cells))
    console.print(table)


def _line(ended: Ended) -> str:
    told = ", ".join(f"{n} {name}" for n, name in zip(_numbers(ended), _NUMBERS, strict=True))
    return f"{_name(ended)}: {_how(ended)}: {told}, {_time(ended)}"


def _numbers(ended: Ended) -> tuple[int, ...]:
    counts = ended.counts
    return (
        *(ended.messages, counts["chat"], counts["gift"]),
        *(ended.coins, ended.gaps, ended.reconnects),
    )


def _name(ended: Ended) -> str:
    return visible(str(ended.room) if ended.room else ended.text)


def _how(ended: Ended) -> str:
    words = [str(ended.outcome), visible(ended.why)]
    words += (
        [f"could not be written: {', '.join(ended.failed_sinks)}"] if ended.failed_sinks else []
    )
    return "; ".join(filter(None, words)) + (f" {advice}" if (advice := _advice(ended)) else "")


def _advice(ended: Ended) -> str:
    return "" if ended.outcome in _WHOLE else ended.outcome.advice


def _time(ended: Ended) -> str:
    return str(timedelta(seconds=round(ended.seconds)))
