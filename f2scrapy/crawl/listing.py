"""The state of one list in a run, and the works missing from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from f2scrapy.errors import Outcome, Reason


@dataclass
class Listing:
    """A list, or a single item, that the run requests, and its progress in it."""

    source: str  # such as "douyin:post:MS4w…"
    expected: int | None = None  # rows by the owner's count, or by the limit; None = not known
    seen: int = 0  # different rows seen
    foreign: int = 0  # of them, works of other authors, which the owner's count does not include
    cursor: Any = None  # of the next page to request; None = the first
    stopped: str = ""  # why the run stopped before the end: "known", "max_counts", "interval"
    finished: bool = False  # read to its end, or to its limit
    outcome: Outcome = Outcome.OK  # of its own requests
    index: bool = False  # its rows only name other lists; they do not count
    # Where some or all rows came from: "page" = the site's page, "open" = open.douyin.com (see
    # fetch_item); the name of a second interface, such as "creator/item_list", if the first was
    # refused or empty.
    origin: str = "interface"
    parent: str = ""  # the source of the list that named this one; "" = the user did
    noun: str = ""  # word for its rows, see `Item.noun`; "" = no page came yet
    remarks: list[str] = field(default_factory=list)  # unusual answers that had rows, each once
    owner: str = ""  # its owner's name, if there is an owner
    new: int = 0  # of its rows, those that this run has kept
    known_since: str = ""  # when an earlier run read it to its end (ISO 8601, UTC); "" = none did

    @property
    def is_over(self) -> bool:
        """Whether it was read to its end, or ended by a refusal."""
        return self.finished or self.outcome is not Outcome.OK

    @property
    def progress(self) -> float:
        """The part of it that was read, from 0 to 1; 0 = not known."""
        return min(self.seen / self.expected, 1.0) if self.expected else 0.0


@dataclass(frozen=True)
class Gap:
    """A missing work, or the missing rest of a list."""

    key: str  # of the work, or the source of the list
    outcome: Outcome
    detail: str  # the evidence, in words
    count: int = 1  # works
    source: str = ""
    reason: Reason | None = None  # within the outcome, with advice of its own


@dataclass
class NotTaken:
    """Files that were asked for and that the platform does not offer, all for one reason."""

    what: str  # such as "music"
    why: str
    first: str  # key of the first work
    count: int = 0  # works


def count_outcomes(gaps: Iterable[Gap]) -> Counter[Outcome]:
    """Return the numbers of missing works by outcome."""
    counts: Counter[Outcome] = Counter()
    for gap in gaps:
        counts[gap.outcome] += gap.count
    return counts
