"""Record rooms as `python -m f2scrapy.live` does, and print the cost as JSON.

python -m benchmarks.live_rooms SECONDS ROOM...
"""

import asyncio
import json
import logging
import re
import resource
import sys

from f2scrapy.live.runner import Runner

STEP = 0.02  # seconds: a longer step of the event loop is counted


class SlowSteps(logging.Handler):
    """Collects the slow steps reported by asyncio's debug mode."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.longest = ""

    def emit(self, record: logging.LogRecord) -> None:
        if found := re.search(r"took ([\d.]+) seconds", record.getMessage()):
            if float(found[1]) >= max(self.seconds, default=0):
                self.longest = record.getMessage()[:300]
            self.seconds.append(float(found[1]))


async def record_rooms(seconds: float, rooms: list[str], steps: SlowSteps) -> Runner:
    loop = asyncio.get_running_loop()
    runner = Runner({})
    loop.call_later(seconds, runner.stop.set)
    loop.call_later(min(3, seconds), start_debugging, loop, steps)  # after imports and connections
    await runner.run(rooms)
    return runner


def start_debugging(loop: asyncio.AbstractEventLoop, steps: SlowSteps) -> None:
    loop.slow_callback_duration = STEP
    loop.set_debug(True)
    logging.getLogger("asyncio").addHandler(steps)


def main() -> None:
    steps = SlowSteps()
    runner = asyncio.run(record_rooms(float(sys.argv[1]), sys.argv[2:], steps))
    print(json.dumps({
        "outcomes": [one.overall_outcome for one in runner.results],
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "cpu": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
        "longest_step": max(steps.seconds, default=0),
        "step": steps.longest,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
