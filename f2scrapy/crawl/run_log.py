"""What a run expected, saw, kept and missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from f2scrapy.errors import Outcome


@dataclass
class Listing:
    """One list (or one single thing) that was asked for, and how far the walk through it came."""

    source: str  # such as "douyin:post:MS4w…"
    expected: int | None = None  # rows by the owner's own count, or by where it was asked to
    # stop; None = nobody counts them
    seen: int = 0  # different rows shown
    cursor: Any = None  # what to ask to go on; None = the beginning
    stopped: str = ""  # why the walk ended before the end: "known", "max_counts", "interval"
    finished: bool = False  # the walk came to its end, or to where it was asked to stop
    outcome: Outcome = Outcome.OK  # how its own requests ended
    index: bool = False  # its rows only name other lists; they do not count
    origin: str = "interface"  # what showed its rows; "page" = the site's page did, some or all
    noun: str = ""  # what its rows are, see `Item.noun`; "" = it has not begun


@dataclass(frozen=True)
class Gap:
    """Something that should be there and is not."""

    key: str  # of the work, or the source of the list
    outcome: Outcome
    detail: str  # what was seen
    count: int = 1  # works
    source: str = ""
