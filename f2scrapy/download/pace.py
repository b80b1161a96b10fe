"""How fast the body of a file comes, and when it is too slow to wait for."""

from __future__ import annotations

from dataclasses import dataclass

TRICKLE = 1000  # fewer bytes within F2_STALL seconds count as none
# So many on average of the last SLOW_STALLS times F2_STALL count as none, too: 270 bytes a second,
# at which a picture takes an hour. A server that drips would hold a file for days.
SLOW = 8000
SLOW_STALLS = 10


@dataclass
class Pace:
    """How fast a body comes, without the time for writing it."""

    stall: float  # seconds
    came: int = 0  # bytes, since TRICKLE bytes came last
    _waited: float = 0.0  # seconds, since then
    _window_bytes: int = 0  # of the present SLOW_STALLS times F2_STALL
    _window: float = 0.0  # seconds
    is_too_slow: bool = False

    @property
    def left(self) -> float:
        """Seconds until the transfer has stalled."""
        return self.stall - self._waited

    def add(self, seconds: float, count: int) -> None:
        """Count bytes that came after some seconds of waiting."""
        self._waited, self.came = self._waited + seconds, self.came + count
        if self.came >= TRICKLE:
            self._waited, self.came = 0.0, 0
        self._window, self._window_bytes = self._window + seconds, self._window_bytes + count
        if self._window >= SLOW_STALLS * self.stall:
            self.is_too_slow = self._window_bytes < SLOW_STALLS * SLOW
            self._window, self._window_bytes = 0.0, 0
