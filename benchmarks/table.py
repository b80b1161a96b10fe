"""A table of figures and their goals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Row(NamedTuple):
    """A figure, and the number of it that has a goal: a ratio of one run, or MiB.

    Without `least` and `most` it is only shown: it depends on the machine.
    """

    what: str
    figure: str  # with its unit
    value: float = 0.0
    least: float | None = None
    most: float | None = None

    @property
    def is_met(self) -> bool:
        return (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )


def format_table(rows: Iterable[Row]) -> str:
    """Return rows in columns: what, figure, number, goal; a missed goal is marked."""
    lines = [("", "figure", "number", "goal", ""), *map(_describe, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    what, figure, number, goal, _ = widths
    return "\n".join(
        f"{a:{what}}  {b:>{figure}}  {c:>{number}}  {d:>{goal}}  {e}".rstrip()
        for a, b, c, d, e in lines
    )


def _describe(row: Row) -> tuple[str, str, str, str, str]:
    if row.least is None and row.most is None:
        return row.what, row.figure, "", "", ""
    sign, goal = (">=", row.least) if row.most is None else ("<=", row.most)
    met = "" if row.is_met else "MISSED"
    number = f"{row.value:,.2f}" if abs(row.value) < 100 else f"{row.value:,.0f}"
    return row.what, row.figure, number, f"{sign} {goal:.3g}", met
