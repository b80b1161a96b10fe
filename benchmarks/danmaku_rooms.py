"""Watch live rooms for a while: nothing lost or repeated, exact sums, constant memory.

1. 200 rooms in one process, which has little memory: the first, as the others leave some behind.
2. 20 rooms, 2,000 messages a second in all; every connection breaks every 10 s, and the messages
   in between are sent again: 0 lost, 0 twice.
3. The same for a shorter time, and nothing is sent again: every hole is in a listed gap.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.request import urlopen

import psutil

from benchmarks.table import Row
from f2scrapy.danmaku.messages import Event, Gap
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.runner import RoomResult, run
from f2scrapy.errors import Outcome

_FIRST_ROOM = 660_000_000_400  # web_rid of room0
# Messages that may be missing before the first connection; see gap_detector.
_MAX_START_GAP = 3


@dataclass
class Check:
    """A sink that expects consecutive message numbers."""

    blocks: ClassVar = False

    first_id: int = 0  # of message number 0
    first: int = -1  # number of the first message
    next: int = -1
    twice: int = 0
    holes: list[tuple[int, int, float, float]] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    last_time: float = 0.0
    at_start: int = 0  # 1 if the first hole is within _MAX_START_GAP

    def open(self, room: Room) -> None:
        """Read the first number: the sandbox numbers the messages of a room consecutively."""
        self.first_id = fetch_oracle(room.room_id)["first_id"]

    def write(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Gap):
                self.gaps.append(event)
            elif event.create_time:
                self._check_number(event.msg_id - self.first_id, event.create_time.timestamp())

    def _check_number(self, number: int, made: float) -> None:
        if self.first < 0:
            self.first = self.next = number
        if number < self.next:
            self.twice += 1
            return
        if number > self.next:
            few = not self.holes and not self.gaps and number - self.next <= _MAX_START_GAP
            self.at_start += few
            self.holes.append((self.next, number, self.last_time, made))
        self.next, self.last_time = number + 1, made

    def close(self) -> None:
        pass

    @property
    def lost(self) -> int:
        return sum(end - first for first, end, _, _ in self.holes)

    @property
    def unlisted(self) -> int:
        """Holes outside all listed gaps, with a tolerance for clocks that differ by some ms."""
        spans = [(gap.began.timestamp() - 0.05, gap.ended.timestamp() + 0.05) for gap in self.gaps]
        return sum(
            not any((began <= after and ended <= before + 0.05) or began <= after <= ended
                    for began, ended in spans)
            for _, _, after, before in self.holes[self.at_start :]
        )  # fmt: skip


def fetch_oracle(room_id: str, first: int = 0, end: int = 0) -> dict[str, Any]:
    url = f"{os.environ['F2_SANDBOX']}/__room?room_id={room_id}&first={first}&end={end}"
    with urlopen(url) as response:
        answer: dict[str, Any] = json.load(response)
    return answer | {"first_id": int(answer["first_id"])}


@contextmanager
def run_sandbox(rooms: int, rate: float, *faults: str) -> Iterator[None]:
    """Run the sandbox in a process of its own; F2_… of the environment select it."""
    command = [sys.executable, "-m", "f2scrapy.sandbox", "--until-eof", f"--rooms={rooms}",
               f"--chat={rate:g}", *(f"--fault={fault}" for fault in faults)]  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it,
    ):
        assert it.stdin
        assert it.stdout
        os.environ.update(F2_SANDBOX=it.stdout.readline().strip().partition("=")[2],
                          F2_PATH=folder, F2_PACE="0")  # fmt: skip
        try:
            yield
        finally:
            it.stdin.close()


@dataclass
class Measurement:
    """The result of a run."""

    ended: list[RoomResult]
    checks: dict[str, Check]
    seconds: float
    cpu: float
    memory: list[int]  # bytes, once a second

    @property
    def messages(self) -> int:
        return sum(room.messages for room in self.ended)

    def count_wrong_sums(self) -> int:
        """Return the number of rooms with gifts that differ from the oracle's."""
        return sum(
            room.coins != sum(fetch_oracle(id_, check.first, check.next)["coins"].values())
            for id_, check in self.checks.items()
            for room in self.ended
            if room.room and room.room.room_id == id_
        )

    @property
    def peak_mib(self) -> float:
        return max(self.memory) / 2**20

    @property
    def lost(self) -> int:
        return sum(check.lost for check in self.checks.values())

    def print_summary(self, title: str) -> None:
        checks = self.checks.values()
        late = self.memory[len(self.memory) // 3 :] or self.memory
        print(f"{title}: {self.messages} messages in {self.seconds:.0f} s")
        print(f"   {sum(room.reconnects for room in self.ended)} connections broken, "
              f"{self.lost} messages lost, "
              f"{sum(check.twice for check in checks)} twice, "
              f"{sum(room.gaps for room in self.ended)} gaps listed, "
              f"{sum(check.unlisted for check in checks)} holes not listed")  # fmt: skip
        print(f"   {self.cpu / max(self.messages, 1) * 1e6:.0f} ms of CPU for 1,000 messages; "
              f"memory {late[0] / 2**20:.0f} → {late[-1] / 2**20:.0f} MiB, "
              f"at most {self.peak_mib:.0f}")  # fmt: skip


async def measure(rooms: int, seconds: float) -> Measurement:
    """Watch so many rooms for a while."""
    checks: dict[str, Check] = {}
    memory: list[int] = []

    def sinks(room: Room) -> list[Check]:
        return [checks.setdefault(room.room_id, Check())]

    async def sample_memory() -> None:
        while True:
            memory.append(psutil.Process().memory_info().rss)
            await asyncio.sleep(1)

    sampling = asyncio.create_task(sample_memory())
    began, cpu = time.perf_counter(), time.process_time()
    ended = await run(
        [str(_FIRST_ROOM + n) for n in range(rooms)], make_sinks=sinks, duration=seconds
    )
    sampling.cancel()
    cpu = time.process_time() - cpu
    return Measurement(ended, checks, time.perf_counter() - began, cpu, memory)


def run_scenario(title: str, rooms: int, rate: float, seconds: float, *faults: str) -> Measurement:
    """Run, and print the result and the errors."""
    with run_sandbox(rooms, rate, *faults):
        found = asyncio.run(measure(rooms, seconds))
        found.print_summary(title)
        failed = [room.reason for room in found.ended if room.outcome is not Outcome.OK]
        if failed:
            print(f"   {len(failed)} rooms failed: {failed[0]}")
        if "no_replay" not in faults and (wrong := found.count_wrong_sums()):
            print(f"   {wrong} rooms with other sums than the oracle's")
    return found


def main(*, quick: bool) -> list[Row]:
    seconds = 5.0 if quick else 20.0
    many = run_scenario("200 rooms", 200, 10, seconds)
    rows = [Row("danmaku of 200 rooms, peak MiB", f"{many.messages / many.seconds:,.0f} messages/s",
                many.peak_mib, most=110)]  # fmt: skip
    if quick:
        return rows
    again = run_scenario("20 rooms, with replay", 20, 100, 30, "drop=1000")
    holes = run_scenario("20 rooms, without replay", 20, 100, 15, "drop=500", "no_replay")
    unlisted = sum(check.unlisted for check in holes.checks.values())
    twice = sum(check.twice for check in (*again.checks.values(), *holes.checks.values()))
    return [
        *rows,
        Row("danmaku lost over drops", f"{again.messages} messages", again.lost, most=0),
        Row("danmaku holes not listed", f"{holes.lost} lost", unlisted, most=0),
        Row("danmaku twice", f"{again.messages + holes.messages} messages", twice, most=0),
    ]
