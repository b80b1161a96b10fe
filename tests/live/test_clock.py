"""Test when moments of a stream were made, with bursts, late data and drifting clocks."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from f2scrapy.live.clock import Clock, ClockMap, Span

pytestmark = pytest.mark.clock

WALL = 1_795_300_000.0


def test_the_earliest_arrival_sets_the_clock() -> None:
    clock = Clock()
    for ms in range(0, 2000, 100):  # made before, sent in a burst
        clock.observe(ms, WALL + 2.0)
    for ms in range(2000, 9000, 100):  # sent as it is made; with a stall of three seconds
        clock.observe(ms, WALL + ms / 1000 + 0.05 + (3.0 if 4000 < ms < 7000 else 0))
    assert clock.to_wall_time(0) == pytest.approx(WALL, abs=0.06)
    assert clock.to_wall_time(5000) == pytest.approx(WALL + 5, abs=0.06)


@pytest.mark.parametrize("drift", [5e-5, -5e-5])
def test_points_follow_a_clock_that_drifts(drift: float) -> None:
    clock = Clock()
    for second in range(7200):
        clock.observe(second * 1000, WALL + second * (1 + drift))
    assert clock.to_wall_time(7_199_000) == pytest.approx(WALL + 7199 * (1 + drift), abs=0.02)
    points = clock.list_points(600_000, 7_199_000)
    assert len(points) > 30
    [span] = [Span("a.flv", 6599.0, points)]
    for second in (600, 3000, 7000):
        place = ClockMap([span]).locate(WALL + second * (1 + drift))
        assert place == ("a.flv", pytest.approx(second - 600, abs=0.02))


Shift = Callable[[float], float]

# Seconds of the stream at a second of ours, and when that arrives.
PACES: dict[str, tuple[Shift, Shift]] = {
    "half speed": (lambda at: at / 2, lambda at: at),
    "double speed": (lambda at: at * 2, lambda at: at),
    "a clock that is 0.2 % slow": (lambda at: at * 0.998 if at > 60 else at, lambda at: at),
    "half speed, from one minute on": (lambda at: min(at, 30 + at / 2), lambda at: at),
    "half speed, for one minute": (lambda at: max(at / 2, at - 30), lambda at: at),
    "half speed, after a burst": (lambda at: at / 2, lambda at: max(at, 10)),
    "half speed, on a bad line": (lambda at: at / 2, lambda at: at + (at * 37 % 1) ** 2 / 2),
    "a line that lags and catches up": (lambda at: at, lambda at: max(at, min(at * 1.5, 30))),
    "a line that lags by steps": (lambda at: at, lambda at: at + 8 * (60 < at < 80)),
}


@pytest.mark.parametrize(("count", "arrive"), PACES.values(), ids=PACES)
def test_a_stream_may_count_other_seconds(count: Shift, arrive: Shift) -> None:
    clock, moments = Clock(), [second / 5 for second in range(1500)]
    for at in moments:
        clock.observe(round(count(at) * 1000), WALL + arrive(at))
    end = round(count(300) * 1000)
    span = Span("a.flv", end / 1000, clock.list_points(0, end))
    assert span.end == pytest.approx(WALL + 300, abs=0.7)
    for at in moments[100:]:  # a change of pace is noticed within a few seconds
        assert clock.to_wall_time(round(count(at) * 1000)) == pytest.approx(WALL + at, abs=1.5)
        assert ClockMap([span]).locate(WALL + at) == ("a.flv", pytest.approx(count(at), abs=1.5))


def test_a_night_of_arrivals_needs_little_memory() -> None:
    clock = Clock()
    for second in range(0, 100_000, 2):
        clock.observe(second * 999, WALL + second)
    assert clock.to_wall_time(99_000_000) == pytest.approx(WALL + 99_099, abs=0.5)
    assert len(clock.list_points(0, 99_000_000)) < 300


def test_map_of_a_session_file(tmp_path: Path) -> None:
    rows = [
        {"file": "a.flv", "seconds": 10.0, "clock": [[0.0, WALL]]},
        {"file": "b.flv", "seconds": 5.0, "clock": [[0.0, WALL + 12]]},
        {"file": "c.flv", "seconds": 5.0, "clock": [[0.0, WALL + 16]]},
    ]
    path = tmp_path / "x_session.json"
    path.write_text(json.dumps({"segments": rows, "server_ahead": 0.5}))
    found = ClockMap.read(path)
    assert found.locate(WALL + 3.5) == ("a.flv", pytest.approx(3.0))
    assert found.locate(WALL + 3.5, local=True) == ("a.flv", pytest.approx(3.5))
    assert found.locate(WALL + 11.5) is None, "a gap"
    assert found.locate(WALL + 17.5) == ("c.flv", pytest.approx(1.0)), "the later one of two"
    assert found.locate(WALL - 1) is None
