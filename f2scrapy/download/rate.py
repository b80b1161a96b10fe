"""Limit how many bytes of files come in a second, over all transfers of a run."""

from __future__ import annotations

import re

from f2scrapy.errors import InputError

_RATE = re.compile(r"(\d+(?:\.\d+)?)([kmg]?)b?(?:/s)?", re.ASCII | re.IGNORECASE)
_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}


def parse_rate(text: str) -> float:
    """Parse F2_RATE, such as `2M`: bytes per second; 0 = "", no limit.

    Raises:
        InputError: this is no number of bytes, or 0.
    """
    if not text:
        return 0
    found = _RATE.fullmatch(text.strip())
    rate = float(found[1]) * _UNITS[found[2].lower()] if found else 0
    if rate < 1:
        raise InputError(f"F2_RATE={text}: want bytes per second, such as 500k or 2M")
    return rate


class RateLimit:
    """A queue of bytes: each transfer waits until those before its own would have come."""

    def __init__(self, rate: float) -> None:
        self.rate = rate  # bytes per second; 0 = no limit
        self._free_at = 0.0  # s, on the clock of `now`

    def reserve(self, count: int, now: float) -> float:
        """Return the seconds to wait after `count` bytes have come; `now` in s."""
        if not self.rate:
            return 0
        self._free_at = max(self._free_at, now) + count / self.rate
        return self._free_at - now
