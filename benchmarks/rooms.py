"""Many live rooms watched in one process: CPU and memory, the sandbox being another process.

python -m benchmarks.rooms [ROOMS [SECONDS]]
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import mean

import psutil

from f2scrapy.danmaku.runner import Ended, run

ROOMS = 200
SECONDS = 20.0  # each room is watched
RATE = 10  # messages a second in each room
LOOK = 0.5  # s between two looks at memory


@contextmanager
def sandbox(rooms: int) -> Iterator[list[str]]:
    """Serve live rooms on loopback to this process; yield their addresses."""
    command = [sys.executable, "-m", "f2scrapy.sandbox", f"--rooms={rooms}", f"--chat={RATE}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout
        try:
            os.environ["F2_SANDBOX"] = served.stdout.readline().strip().partition("=")[2]
            os.environ["F2_PACE"] = "0"
            yield list(_addresses(served.stdout, rooms))
        finally:
            served.terminate()


def _addresses(lines: Iterator[str], rooms: int) -> Iterator[str]:
    for line in lines:
        if line.startswith("room"):
            yield line.split()[-1]
            rooms -= 1
        if not rooms:
            return


async def watch(addresses: list[str], seconds: float) -> tuple[list[Ended], list[float]]:
    """Watch all rooms at once; return what came of them, and memory (MB) while they ran."""
    memory: list[float] = []
    process = psutil.Process()

    async def look() -> None:
        while True:
            memory.append(process.memory_info().rss / 1e6)
            await asyncio.sleep(LOOK)

    looking = asyncio.create_task(look())
    try:
        return await run(addresses, duration=seconds), memory
    finally:
        looking.cancel()


def main() -> None:
    rooms = int(sys.argv[1]) if sys.argv[1:] else ROOMS
    seconds = float(sys.argv[2]) if sys.argv[2:] else SECONDS
    with sandbox(rooms) as addresses:
        started, cpu = time.perf_counter(), time.process_time()
        ended, memory = asyncio.run(watch(addresses, seconds))
        spent, cpu = time.perf_counter() - started, time.process_time() - cpu
    messages = sum(each.messages for each in ended)
    half = memory[len(memory) // 2 :]
    print(f"{rooms} rooms in one process, {RATE} messages/s each, {seconds:.0f} s")
    print(f"  {messages:,} messages, {sum(each.gaps for each in ended)} gaps")
    print(f"  {cpu / spent:.0%} of a CPU, {cpu / messages * 1e6:.0f} ms CPU per 1,000 messages")
    print(f"  {mean(half):.0f} MB, {half[-1] - half[0]:+.1f} MB over the second half")
    if odd := {each.why for each in ended if each.outcome != "OK"}:
        sys.exit(f"rooms that were not watched: {odd}")


if __name__ == "__main__":
    main()
