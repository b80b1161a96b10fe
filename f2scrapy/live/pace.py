"""Find how fast the clock of a stream runs, from the arrivals of its data; no I/O.

The pace is the number of our seconds in one second of the stream. It is 1, but for streams at half
speed (reports of 2025) and encoders whose clock is off by a tenth of a per cent, which is seconds
in a recording of hours. A connection that is too slow for its stream looks the same for a while:
its lag ends or breaks off, and is no straight line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

_WINDOW_S = 2.0  # of arrivals for one sample; twice as long whenever there are too many samples
_MAX_SAMPLES = 256
_MIN_SAMPLES = 5  # that show a pace
_LEAST_S = 1.0  # a clock that is off by less, in all samples, may as well run at our pace
_JITTER_S = 0.25  # distance of samples from a straight line, or a share of what the clock is off
_JITTER_SHARE = 0.03
_MAX_DRIFT = 1e-4  # by this ratio a pace may change


class Sample(NamedTuple):
    """The earliest arrival of a window."""

    ms: int  # by the stream's clock
    wall: float  # s since 1970


class Point(NamedTuple):
    """When a moment of the stream was made."""

    ms: int
    wall: float  # s since 1970
    pace: float  # around it
    is_linked: bool  # the same clock as that of the point before


class Stretch:
    """A part of a stream with one pace; `is_linked` if it continues the stretch before."""

    def __init__(self, samples: Sequence[Sample] = (), pace: float = 1.0) -> None:
        self.samples = [*samples]
        self.pace = pace
        self.is_linked = bool(samples)
        self._window_s = _WINDOW_S
        self._began = samples[-1].wall if samples else -_WINDOW_S  # of the last window

    @property
    def latest_ms(self) -> int | None:
        """The stream's time of the last sample; None if there is none."""
        return self.samples[-1].ms if self.samples else None

    def observe(self, sample: Sample) -> Stretch | None:
        """Add an arrival; return the stretch that begins here if the pace has changed."""
        if sample.wall - self._began < self._window_s:
            self._improve_last(sample)
            return None
        if self.samples and sample.ms <= self.samples[-1].ms:
            return None
        self._began = sample.wall
        later = self._update_pace()
        (later or self).samples.append(sample)
        if len(self.samples) > _MAX_SAMPLES:
            self._halve_samples()
        return later

    def _improve_last(self, sample: Sample) -> None:
        is_later = len(self.samples) < 2 or sample.ms > self.samples[-2].ms
        if is_later and self._get_offset(sample) < self._get_offset(self.samples[-1]):
            self.samples[-1] = sample

    def _get_offset(self, sample: Sample) -> float:
        return sample.wall - sample.ms / 1000 * self.pace

    def _halve_samples(self) -> None:
        pairs = zip(self.samples[::2], self.samples[1::2], strict=False)
        self.samples = [min(pair, key=self._get_offset) for pair in pairs]
        self._window_s *= 2

    def _update_pace(self) -> Stretch | None:
        """Measure the pace, of all samples or else of the last ones; these begin a stretch."""
        if self._has_caught_up():
            self.pace = 1.0
        count = len(self.samples)
        for wanted in (count, count // 2, count // 4):
            recent = self.samples[-wanted:]
            pace = measure_pace(recent) if wanted >= _MIN_SAMPLES else None
            if pace is None:
                continue
            if wanted == count:
                self.pace = pace
            elif abs(pace - self.pace) * (recent[-1].ms - recent[0].ms) > _LEAST_S * 1000:
                return self._split(wanted)
            return None
        return None

    def _split(self, wanted: int) -> Stretch:
        """Return a stretch of the last samples, so many or as many as are on the same line."""
        while measure_pace(self.samples[-wanted - 1 :]):
            wanted += 1
        later = Stretch(self.samples[-wanted:], measure_pace(self.samples[-wanted:]) or 1.0)
        del self.samples[-wanted:]
        return later

    def _has_caught_up(self) -> bool:
        """Return whether a pace that seemed slow was a lag that is over."""
        if self.pace <= 1 or not self.samples:
            return False
        first, last = self.samples[0], self.samples[-1]
        return last.wall - first.wall < (last.ms - first.ms) / 1000 + _JITTER_S


def measure_pace(samples: Sequence[Sample]) -> float | None:
    """Return the pace of a stream's clock; None if the samples are no straight line."""
    first, last = samples[0], samples[-1]
    seconds = (last.ms - first.ms) / 1000
    pace = (last.wall - first.wall) / seconds
    off = abs(last.wall - first.wall - seconds)
    limit = max(_JITTER_S, off * _JITTER_SHARE)
    line = (first.wall + (one.ms - first.ms) / 1000 * pace for one in samples)
    if any(abs(one.wall - wall) > limit for one, wall in zip(samples, line, strict=True)):
        return None
    return pace if off > _LEAST_S else 1.0


def build_points(stretches: Iterable[Stretch]) -> list[Point]:
    """Return when each sample was made: nothing arrives before that, and paces are steady."""
    points = [*_list_points(stretches)]
    for index, (before, after) in enumerate(pairwise(points), 1):
        points[index] = after._replace(wall=min(after.wall, _continue(before, after, _MAX_DRIFT)))
    for index in reversed(range(len(points) - 1)):
        before, after = points[index], points[index + 1]
        if after.is_linked and after.pace == before.pace:
            step = _continue(before, after, -_MAX_DRIFT) - before.wall
            points[index] = before._replace(wall=min(before.wall, after.wall - step))
    return points


def _continue(before: Point, after: Point, drift: float) -> float:
    """Return when the latter point was made, if the clock went on from the former one."""
    seconds = (after.ms - before.ms) / 1000
    return before.wall + seconds * (after.pace + drift) if after.is_linked else after.wall


def _list_points(stretches: Iterable[Stretch]) -> Iterator[Point]:
    for stretch in stretches:
        for index, sample in enumerate(stretch.samples):
            yield Point(*sample, stretch.pace, bool(index) or stretch.is_linked)
