"""Record rooms as `python -m f2scrapy.live --danmaku` does, and print the cost as JSON.

python -m benchmarks.live_rooms SECONDS ROOM...
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from asyncio import events
from typing import NamedTuple

from f2scrapy.live.danmaku import DanmakuRecorder
from f2scrapy.live.runner import Runner


class Step(NamedTuple):
    """A step of the event loop: its time by the clock, and its own part of that, in seconds.

    On a busy machine other programs run in between.
    """

    seconds: float
    cpu: float
    text: str


class Steps:
    """Measures all steps of event loops from now on; the longest by the clock, and by the CPU."""

    def __init__(self) -> None:
        self.longest = self.heaviest = Step(0.0, 0.0, "")
        self._run = events.Handle._run

    def start(self) -> None:
        steps, run = self, self._run

        def measure(handle: events.Handle) -> None:
            began, cpu = time.perf_counter(), time.thread_time()
            run(handle)
            seconds, own = time.perf_counter() - began, time.thread_time() - cpu
            if seconds > steps.longest.seconds or own > steps.heaviest.cpu:
                steps.note(Step(seconds, own, repr(handle)[:300]))

        events.Handle._run = measure  # type: ignore[method-assign]

    def note(self, step: Step) -> None:
        self.longest = max(self.longest, step, key=lambda one: one.seconds)
        self.heaviest = max(self.heaviest, step, key=lambda one: one.cpu)


async def record_rooms(seconds: float, rooms: list[str], steps: Steps) -> Runner:
    loop = asyncio.get_running_loop()
    runner = Runner({}, companion=DanmakuRecorder({}))
    loop.call_later(seconds, runner.stop.set)
    loop.call_later(min(3, seconds), steps.start)  # after imports and connections
    await runner.run(rooms)
    return runner


def main() -> None:
    steps = Steps()
    runner = asyncio.run(record_rooms(float(sys.argv[1]), sys.argv[2:], steps))
    print(json.dumps({
        "outcomes": [one.overall_outcome for one in runner.results],
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "cpu": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
        "longest_step": steps.longest,
        "heaviest_step": steps.heaviest,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
