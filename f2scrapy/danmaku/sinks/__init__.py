"""Write the events of a room to files, the console or a WebSocket; one module for each sink."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from f2scrapy.danmaku.messages import Event
from f2scrapy.danmaku.rooms import Room
from f2scrapy.text import make_visible

MAX_TEXT = 200  # characters of a make_visible text; the platforms' own pages allow about a hundred


class Sink(Protocol):
    """A receiver of the events of one room; its output is safe for any text of strangers."""

    blocks: ClassVar[
        bool
    ]  # True: calls may wait for a disk, so an event loop makes them in a thread

    def open(self, room: Room) -> None:
        """Begin, or continue where an earlier run stopped or was killed; no I/O happens before.

        Raises:
            OSError: the output cannot be written.
        """

    def write(self, events: Sequence[Event]) -> None:
        """Write events in their order; the operating system has all of them on return.

        Raises:
            OSError: the output cannot be written; earlier events remain whole.
        """

    def close(self) -> None:
        """End the output; called once after `open`, also after errors."""


def sanitize(text: str) -> str:
    """Return the make_visible part of a text as one line of at most `MAX_TEXT` characters."""
    plain = make_visible(text).strip()
    return plain if len(plain) <= MAX_TEXT else f"{plain[:MAX_TEXT]}…"
