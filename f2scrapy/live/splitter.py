"""Decide where a segment ends and the next one begins."""

from __future__ import annotations

import logging
from collections import deque

from f2scrapy.live.fragment import Fragment
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.segment import Segment

logger = logging.getLogger(__name__)

# A new setup this near to the last fragment is a change by the room; otherwise data was lost.
_CODEC_CHANGE_MS = 500
# An encoder that changes its headers more often than so many times in so many seconds alternates
# them (reports of 2024): the headers stay in one file, instead of a file a second. Jumps as well.
_MAX_CHANGES, _CHANGES_S = 8, 600.0


class Splitter:
    """Decides for all segments of a recording; `name` names the room in the log."""

    def __init__(self, name: str, rules: RecordingOptions) -> None:
        self._name = name
        self._rules = rules
        self._changes: deque[float] = deque(maxlen=_MAX_CHANGES)  # when headers changed
        self._jumps: deque[float] = deque(maxlen=_MAX_CHANGES)  # when all tracks jumped
        self._keeps_jumps = False

    def find_reason(self, segment: Segment, fragment: Fragment, moment: float) -> str:
        """Return why a fragment must begin another segment; "" if it need not.

        `moment` is when it arrived, in s since 1970.
        """
        if not fragment.setup.continues(segment.setup):
            if abs(fragment.time_ms - segment.end_ms) > _CODEC_CHANGE_MS:
                return "jump"
            return "" if self._has_alternated(segment, fragment, moment) else "codec"
        if not fragment.is_entry:
            return ""
        if fragment.setup.adds_track(segment.head):
            return "track"
        return "split" if self._is_full(segment, moment) else ""

    def has_jumped_often(self, moment: float) -> bool:
        """Count a jump of all tracks; return whether it stays within the file."""
        self._jumps.append(moment)
        is_often = len(self._jumps) == _MAX_CHANGES and moment - self._jumps[0] < _CHANGES_S
        if is_often and not self._keeps_jumps:
            logger.warning(
                "%s: the times of the stream jump too often: from now on they stay in one file",
                self._name,
            )
        self._keeps_jumps = is_often
        return is_often

    def _has_alternated(self, segment: Segment, fragment: Fragment, moment: float) -> bool:
        """Count a change of headers; return whether it stays within the file."""
        self._changes.append(moment)
        has_place = fragment.setup.suffix == ".flv" or fragment.setup.head == segment.head.head
        is_often = len(self._changes) == _MAX_CHANGES and moment - self._changes[0] < _CHANGES_S
        if has_place and is_often and not segment.header_changes:
            logger.warning(
                "%s: the headers of the stream change too often: from now on they stay in one file",
                self._name,
            )
        return has_place and is_often

    def _is_full(self, segment: Segment, moment: float) -> bool:
        """Return whether a limit of F2_LIVE_SPLIT is reached.

        Stamps may be slower than the clock on the wall (half speed in reports of 2025).
        """
        seconds = max((segment.end_ms - segment.first_ms) / 1000, moment - segment.arrived_at)
        is_long = self._rules.split_seconds and seconds >= self._rules.split_seconds
        is_large = self._rules.split_bytes and segment.size >= self._rules.split_bytes
        return bool(is_long or is_large)
