"""What is said of works: comments and the replies to them, computed and never kept."""

from __future__ import annotations

from typing import NamedTuple

from f2scrapy.sandbox.catalogue import Work
from f2scrapy.sandbox.people import Stranger
from f2scrapy.sandbox.works import comment_count

# Replies below ten comments in a row; then it begins anew. The last comments have none.
_REPLIES = (0, 2, 0, 0, 47, 1, 0, 0, 5, 0)
_ROUND = len(_REPLIES) + sum(_REPLIES)
_IN_THREAD = 64  # ids set aside for a comment and its replies


class Said(NamedTuple):
    """A comment, by the thread it is in, and its place there: 0 = it began the thread."""

    work: Work
    thread: int
    place: int

    @property
    def cid(self) -> str:
        at = self.work.create_time + self.thread * _IN_THREAD + self.place
        return str(at << 32 | (self.work.aweme_id & 0xFFFFFFFF))

    @property
    def replies(self) -> int:
        return 0 if self.place else replies_in(self.work, self.thread)

    @property
    def by(self) -> Stranger:
        return Stranger.called(self.cid)

    @property
    def answers(self) -> str:
        """The comment it replies to; "0" where it begins a thread."""
        return Said(self.work, self.thread, 0).cid if self.place else "0"

    @property
    def answers_reply(self) -> str:
        """The reply it replies to; "0" where it replies to the comment itself."""
        return Said(self.work, self.thread, 1).cid if self.place > 2 else "0"


class Part(NamedTuple):
    """Some rows of a list, the cursor behind them, and how many rows the whole has."""

    rows: list[Said]
    cursor: int
    more: bool
    total: int


def threads(work: Work) -> int:
    """How many comments a work has, replies apart."""
    rounds, rest = divmod(comment_count(work), _ROUND)
    return rounds * len(_REPLIES) + rest


def replies_in(work: Work, thread: int) -> int:
    rounds = comment_count(work) // _ROUND
    return _REPLIES[thread % len(_REPLIES)] if thread < rounds * len(_REPLIES) else 0


def of_work(work: Work, cursor: int, count: int) -> Part:
    """Comments; a full part never knows that it is the last.

    A list that is sorted by likes moves while it is read: one row comes again.
    """
    shown = range(threads(work))[cursor : cursor + count]
    again = range(max(0, cursor - 1), cursor) if shown else ()
    rows = [Said(work, thread, 0) for thread in (*again, *shown)]
    return Part(rows, cursor + len(shown), len(shown) == count, comment_count(work))


def below(work: Work, cid: int, cursor: int, count: int) -> Part:
    """Replies to the comment of that id."""
    thread, place = divmod((cid >> 32) - work.create_time, _IN_THREAD)
    total = replies_in(work, thread) if not place and 0 <= thread < threads(work) else 0
    shown = range(1, total + 1)[cursor : cursor + count]
    rows = [Said(work, thread, place) for place in shown]
    return Part(rows, cursor + len(shown), cursor + len(shown) < total, total)
