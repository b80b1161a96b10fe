"""Violation, found by the checks and noted in the report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """A violation, and the refusal it leads to."""

    message: str
    refusal: str = "empty"  # see `refusals`; "" = noted, not refused
