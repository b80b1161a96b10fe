"""Sink: where the events of a room go; one file here is one kind of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from f2scrapy.danmaku.messages import Event, Gift
from f2scrapy.danmaku.rooms import Room
from f2scrapy.text import make_visible

LONGEST = 200  # characters of a text that is shown; the platforms' own pages take about a hundred


class Sink(Protocol):
    """Takes what happens in one room. What a stranger wrote does no harm in what it makes of it."""

    blocks: ClassVar[bool]  # True: it may wait for a disk, so an event loop calls it in a thread

    def open(self, room: Room) -> None:
        """Begin, or go on where an earlier run stopped or was killed; no I/O is done before.

        Raises:
            OSError: it cannot be written.
        """

    def write(self, events: Sequence[Event]) -> None:
        """Take events in their order; what it took is in the system's hands when it returns.

        Raises:
            OSError: it cannot be written; what was written before is whole.
        """

    def close(self) -> None:
        """End; called once after `open`, whatever happened between."""


def counts_whole(event: Event) -> bool:
    """Whether people should see it: of a combo of gifts its end, with the final count, alone."""
    return not isinstance(event, Gift) or event.repeat_end or not event.combo


def shown(text: str) -> str:
    """What people can see of a text, as one line that is not too long for a picture."""
    plain = make_visible(text).strip()
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
