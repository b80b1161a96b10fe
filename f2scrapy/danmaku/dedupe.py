"""Seen: which messages were told before, in bounded memory."""

from __future__ import annotations

# msg_ids that are remembered at least; at most twice as many, which are 0.4 MB a room. A platform
# that tells again begins at the last cursor, so a few seconds of the largest rooms are enough.
KEPT = 2048


class Seen:
    """Remembers the latest `kept` ids, and up to as many older ones."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._young: set[int] = set()
        self._old: set[int] = set()

    def new(self, msg_id: int) -> bool:
        """Whether it was not told before; 0, which is no id, never was."""
        if msg_id in self._young or msg_id in self._old:
            return False
        if msg_id:
            self._young.add(msg_id)
        if len(self._young) >= self._kept:
            self._young, self._old = set(), self._young
        return True
