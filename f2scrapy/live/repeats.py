"""Recognise data that a new connection sends again: it keeps the time of its first coming."""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

from f2scrapy.live.clock import Clock
from f2scrapy.live.fragment import Fragment

_MAX_KNOWN = 1000  # entry points; a key frame a second, or 20 s of sound

_Key: TypeAlias = tuple[int, int, int]  # track, ms by the stream's clock, hash of the data


class Repeats:
    """The last entry points of a stream, and when they were made.

    A CDN begins a connection with some older seconds. Sent faster than they play, the clock finds
    their time; sent at their own pace, only the data shows that it is known.
    """

    def __init__(self) -> None:
        self._latest: deque[tuple[_Key, int]] = deque(maxlen=_MAX_KNOWN)  # with ms of the timeline
        self._known: dict[_Key, float] = {}  # of the timelines before: s since 1970

    def note(self, fragment: Fragment, placed_ms: int) -> None:
        """Remember a fragment, and its place in its timeline."""
        if fragment.is_entry:
            self._latest.append((_build_key(fragment), placed_ms))

    def end_timeline(self, clock: Clock) -> None:
        """Take over the times of the last fragments; a new timeline begins."""
        if self._latest:
            self._known = {key: clock.to_wall_time(ms) for key, ms in self._latest}
            self._latest.clear()

    def find_moment(self, fragment: Fragment) -> float | None:
        """Return when known data was made, in s since 1970 by our clock; None for new data."""
        return self._known.get(_build_key(fragment)) if fragment.is_entry and self._known else None


def _build_key(fragment: Fragment) -> _Key:
    return fragment.track, fragment.time_ms, hash(fragment.data)
