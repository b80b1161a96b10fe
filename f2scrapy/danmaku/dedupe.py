"""Recognize repeated messages by their ids, in bounded memory."""

from __future__ import annotations

# The least number of msg_ids that are remembered; at most twice as many, or 0.4 MB a room. A
# platform that repeats messages begins at the last cursor, so a few seconds of the largest rooms
# are enough.
KEPT = 2048


class RecentIds:
    """The latest `kept` ids, and up to as many older ones."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._young: set[int] = set()
        self._old: set[int] = set()

    def add(self, msg_id: int) -> bool:
        """Remember an id; return True if it is new. 0 stands for no id and is always new."""
        if msg_id in self._young or msg_id in self._old:
            return False
        if msg_id:
            self._young.add(msg_id)
        if len(self._young) >= self._kept:
            self._young, self._old = set(), self._young
        return True
