"""Exits: what a process says with its last number."""

from __future__ import annotations

from collections.abc import Iterable

from f2scrapy.errors import Outcome

EXIT_OK, EXIT_INPUT, EXIT_EXPLAINED, EXIT_UNEXPLAINED, EXIT_REFUSED = 0, 1, 3, 4, 5
_WORSE = (EXIT_OK, EXIT_EXPLAINED, EXIT_INPUT, EXIT_UNEXPLAINED, EXIT_REFUSED)


def exit_code(outcome: Outcome) -> int:
    """0 complete, 1 input, 3 explained, 4 unexplained, 5 refused."""
    if outcome in (Outcome.OK, Outcome.EMPTY_TRUE):
        return EXIT_OK
    if outcome.refused:
        return EXIT_REFUSED
    if outcome is Outcome.BAD_INPUT:
        return EXIT_INPUT
    return EXIT_EXPLAINED if outcome.explains else EXIT_UNEXPLAINED


def worst(codes: Iterable[int]) -> int:
    """The exit code of a run of several things that ended so."""
    return max(codes, key=_WORSE.index, default=EXIT_OK)
