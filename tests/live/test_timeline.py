"""Test times that are out of order, or that stand still, in one track of a stream."""

from collections.abc import Callable, Sequence

import pytest

from f2scrapy.live.flv import AUDIO, VIDEO, Tag
from f2scrapy.live.fragment import Setup
from f2scrapy.live.timeline import Timeline

WALL = 1_795_300_000.0
SETUP = Setup(".flv", (b"v", b"a"), b"")
END_MS, SOUND_MS = 12_000, 23

Stamp = Callable[[int], int]  # the time when it is made, in ms → the time that is written


def play(frames: Sequence[int], write: Stamp, *, kind: int = VIDEO, other: bool = True) -> Timeline:
    """Return the timeline of a track made at `frames` (ms), beside another one of right times.

    Asserts that nothing jumps or is lost, that no place goes back by much, and that each is at most
    `LATE_MS` behind the moment it is made.
    """
    sent = [(made, kind, write(made), n) for n, made in enumerate(frames)]
    if other:
        sent += [(made, VIDEO + AUDIO - kind, made, -1) for made in range(0, END_MS, SOUND_MS)]
    timeline, found = Timeline(), []
    for made, track, time_ms, number in sorted(sent):
        tag = Tag(SETUP, time_ms, 0, True, b"%d" % number, track)
        found += timeline.place(tag, WALL + made / 1000)
        assert not timeline.has_jumped
    while timeline.waiting:
        found += timeline.end_waiting()
    placed = {int(one.data): one.time_ms for one in found if one.track == kind}
    assert len(found) == len(sent)
    assert [*placed] == [*range(len(frames))], "in the order in which they came"
    late = [abs(placed[n] - made) for n, made in enumerate(frames) if made < END_MS - 1000]
    assert max(late) < LATE_MS
    return timeline


LATE_MS = 650  # as long as it takes to be sure, or as the longest step between two pictures


@pytest.mark.parametrize("other", [True, False], ids=["with sound", "alone"])
@pytest.mark.parametrize(
    ("step", "pattern"),
    [
        (67, [3, 1, 2]),  # two B-frames at 15 pictures a second
        (100, [3, 1, 2]),
        (67, [4, 2, 1, 3]),  # a pyramid
        (125, [4, 2, 1, 3]),
        (33, [8, 4, 2, 1, 3, 6, 5, 7]),
        (40, [3, 1, 2]),
    ],
)
def test_times_in_the_order_of_showing_are_no_jump(
    step: int, pattern: list[int], *, other: bool
) -> None:
    count = END_MS // step // len(pattern) * len(pattern)
    shown = [0, *(at + n for at in range(0, count, len(pattern)) for n in pattern)]
    times = {step * n: step * place for n, place in enumerate(shown)}
    play([*times], times.__getitem__, other=other)


@pytest.mark.parametrize("kind", [VIDEO, AUDIO])
@pytest.mark.parametrize(
    "write",
    [
        lambda made: 0,  # a camera that writes no time
        lambda made: min(made, 5000),  # it stops
        lambda made: made if made < 5000 else 0,
        lambda made: 5000 if 5000 < made < 9000 else made,  # it stops, and is right again
        lambda made: made - max(0, min(made - 5000, 4000)),  # it stops, and goes on from there
        lambda made: made - made % 2000,  # each picture has the time of its key frame
    ],
)
def test_a_track_whose_times_stand_still_follows_the_other(kind: int, write: Stamp) -> None:
    play(range(0, END_MS, 33), write, kind=kind)


@pytest.mark.parametrize("step_ms", [-150, -300, -450, -2000, 700, 2500])
@pytest.mark.parametrize("kind", [VIDEO, AUDIO])
def test_a_clock_of_one_track_that_is_set_stays_beside_the_other(kind: int, step_ms: int) -> None:
    play(range(0, END_MS, 33), lambda made: made + step_ms * (made > 5000), kind=kind)


@pytest.mark.parametrize("step_ms", [-150, -300, -450])
def test_a_clock_of_all_tracks_that_is_set_back_is_a_jump(step_ms: int) -> None:
    timeline, waiting = Timeline(), False
    for made in range(0, 7000, 33):
        for kind in (VIDEO, AUDIO):
            time_ms = made + step_ms * (made > 5000)
            timeline.place(Tag(SETUP, time_ms, 0, True, b"", kind), WALL + made / 1000)
            waiting = waiting or timeline.has_jumped
    assert waiting
