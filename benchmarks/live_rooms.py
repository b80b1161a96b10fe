"""Record rooms as `python -m f2scrapy.live` does, and print what that cost as JSON.

python -m benchmarks.live_rooms SECONDS ROOM...
"""

import asyncio
import json
import logging
import re
import resource
import sys

from f2scrapy.live.runner import Runner

STEP = 0.02  # seconds: a step of the loop that takes longer is noted


class Steps(logging.Handler):
    """What asyncio's debug mode says of steps that took long."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.longest = ""

    def emit(self, record: logging.LogRecord) -> None:
        if found := re.search(r"took ([\d.]+) seconds", record.getMessage()):
            if float(found[1]) >= max(self.seconds, default=0):
                self.longest = record.getMessage()[:300]
            self.seconds.append(float(found[1]))


async def record(seconds: float, rooms: list[str], steps: Steps) -> Runner:
    loop = asyncio.get_running_loop()
    runner = Runner({})
    loop.call_later(seconds, runner.stop.set)
    loop.call_later(min(3, seconds), watch, loop, steps)  # importing and connecting are behind
    await runner.run(rooms)
    return runner


def watch(loop: asyncio.AbstractEventLoop, steps: Steps) -> None:
    loop.slow_callback_duration = STEP
    loop.set_debug(True)
    logging.getLogger("asyncio").addHandler(steps)


def main() -> None:
    steps = Steps()
    runner = asyncio.run(record(float(sys.argv[1]), sys.argv[2:], steps))
    print(json.dumps({
        "outcomes": [one.flaw for one in runner.done],
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        "cpu": sum(resource.getrusage(resource.RUSAGE_SELF)[:2]),
        "longest_step": max(steps.seconds, default=0),
        "step": steps.longest,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
