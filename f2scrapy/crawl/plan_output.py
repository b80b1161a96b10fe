"""Print what a run would fetch: a table of encodings for each work, and the sum; see F2_PLAN."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from rich.console import Console
from rich.filesize import decimal
from rich.table import Table
from rich.text import Text

from f2scrapy.language import translate as _
from f2scrapy.model.media import Media, Rendition
from f2scrapy.model.rendition import Policy, choose


class PipedConsole(Console):
    """A console that goes on in silence if its reader has enough, such as `| head`."""

    def on_broken_pipe(self) -> None:
        with suppress(SystemExit):
            super().on_broken_pipe()


def build_table(title: str, media: list[Media], policy: Policy) -> Table:
    """Return the encodings of a work's files; a mark shows those that would be taken."""
    columns = (_("file"), _("size"), _("codec"), "kbit/s", "fps", _("bytes"), _("mirrors"), "")
    table = Table(*columns, title=Text(title), title_justify="left")
    for medium in media:
        if medium.renditions:
            for cells in _list_rows(medium, policy):
                table.add_row(*map(Text, cells))
    return table


def _list_rows(medium: Media, policy: Policy) -> Iterator[list[str]]:
    """Yield the cells of each encoding of a file; the last one marks that which would be taken.

    It is the "nearest" if none meets all terms of F2_RENDITION.
    """
    taken = choose(medium.renditions, policy)
    for one in sorted(medium.renditions, key=_rank, reverse=True):
        reason = (_("nearest") if taken.unmet else _("taken")) if one == taken.rendition else ""
        yield [
            medium.asset,
            f"{one.width}x{one.height}" if one.width else "",
            one.codec + (_(" (no sound)") if one.is_silent else ""),
            f"{one.bit_rate / 1000:.0f}" if one.bit_rate else "",
            str(one.fps or ""),
            decimal(one.size) if one.size else "",
            str(len(one.urls)),
            f"← {reason}" if reason else "",
        ]


def _rank(one: Rendition) -> tuple[int, int]:
    return one.width * one.height, one.bit_rate
