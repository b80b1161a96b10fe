"""Choose the address of a room's streams to try next, from what the last tries have shown."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from f2scrapy.model.stream import Stream, StreamAddress, StreamPreference

logger = logging.getLogger(__name__)

_BRIEF_S = 3.0  # an address that twice sent media for less before it stalled counts as failed


class Addresses:
    """The addresses of one room; `name` names the room in the log."""

    def __init__(self, name: str, preference: StreamPreference) -> None:
        self._name = name
        self._preference = preference
        self._failed: set[str] = set()  # names of addresses that sent no data
        self._brief: set[str] = set()  # names of addresses that stalled soon
        self._logged: dict[str, str] = {}  # address name → reason in the log
        self._ranked: list[StreamAddress] = []  # the last addresses known

    def list_next(self, streams: Sequence[Stream]) -> list[StreamAddress]:
        """Return the addresses that have not failed; all of them if every one has."""
        ranked = self._preference.rank(streams) or self._ranked
        self._ranked = ranked  # a paused room may show none
        left = [address for address in ranked if address.name not in self._failed]
        if not left:
            self._failed.clear()
        return left or ranked

    def begin(self, name: str) -> None:
        """Take an address as failed until it sends media."""
        self._failed.add(name)

    def note_media(self, name: str) -> None:
        """Record that an address sends media."""
        self._failed.discard(name)
        self._logged.pop(name, None)

    def note_stall(self, name: str, seconds: float) -> None:
        """Record that an address stalled after it had sent media for so many seconds."""
        if seconds >= _BRIEF_S:
            self._brief.discard(name)
            return
        if name in self._brief:
            self._failed.add(name)
        self._brief.add(name)

    def log_failure(self, name: str, reason: str) -> None:
        """Log why an address sends no data, once for the same reason."""
        if self._logged.get(name) != reason:
            logger.info("%s: %s: %s", self._name, name, reason)
        self._logged[name] = reason
