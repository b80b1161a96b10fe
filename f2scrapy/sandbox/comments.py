"""Compute the comments of works and the replies to them; nothing is stored."""

from __future__ import annotations

from typing import NamedTuple

from f2scrapy.sandbox.catalogue import Work
from f2scrapy.sandbox.people import Stranger
from f2scrapy.sandbox.works import count_comments

# Numbers of replies to ten comments in a row, then from the start; the last comments have none.
_REPLIES = (0, 2, 0, 0, 47, 1, 0, 0, 5, 0)
_ROUND = len(_REPLIES) + sum(_REPLIES)
_IN_THREAD = 64  # ids reserved for a comment and its replies


class Comment(NamedTuple):
    """A comment, by its thread and its place in the thread: 0 = it starts the thread."""

    work: Work
    thread: int
    place: int

    @property
    def cid(self) -> str:
        created = self.work.create_time + self.thread * _IN_THREAD + self.place
        return str(created << 32 | (self.work.aweme_id & 0xFFFFFFFF))

    @property
    def reply_count(self) -> int:
        return 0 if self.place else count_replies(self.work, self.thread)

    @property
    def author(self) -> Stranger:
        return Stranger.from_name(self.cid)

    @property
    def reply_id(self) -> str:
        """Id of the comment this one replies to; "0" if it starts a thread."""
        return Comment(self.work, self.thread, 0).cid if self.place else "0"

    @property
    def reply_to_reply_id(self) -> str:
        """Id of the reply this one replies to; "0" if it replies to the comment itself."""
        return Comment(self.work, self.thread, 1).cid if self.place > 2 else "0"


class CommentPage(NamedTuple):
    """Rows of a list, the cursor after them, and the number of rows of the whole list."""

    rows: list[Comment]
    cursor: int
    has_more: bool
    total: int


def count_threads(work: Work) -> int:
    """Return the number of comments of a work, replies excluded."""
    rounds, rest = divmod(count_comments(work), _ROUND)
    return rounds * len(_REPLIES) + rest


def count_replies(work: Work, thread: int) -> int:
    rounds = count_comments(work) // _ROUND
    return _REPLIES[thread % len(_REPLIES)] if thread < rounds * len(_REPLIES) else 0


def list_comments(work: Work, cursor: int, count: int) -> CommentPage:
    """Return a page of comments; a full page always says that there are more.

    The platforms sort by likes, so a list moves while it is read: here one row comes again.
    """
    shown = range(count_threads(work))[cursor : cursor + count]
    repeated = range(max(0, cursor - 1), cursor) if shown else ()
    rows = [Comment(work, thread, 0) for thread in (*repeated, *shown)]
    return CommentPage(rows, cursor + len(shown), len(shown) == count, count_comments(work))


def list_replies(work: Work, cid: int, cursor: int, count: int) -> CommentPage:
    """Return a page of replies to the comment with that id."""
    thread, place = divmod((cid >> 32) - work.create_time, _IN_THREAD)
    total = count_replies(work, thread) if not place and 0 <= thread < count_threads(work) else 0
    shown = range(1, total + 1)[cursor : cursor + count]
    rows = [Comment(work, thread, place) for place in shown]
    return CommentPage(rows, cursor + len(shown), cursor + len(shown) < total, total)
