"""Record live rooms of the sandbox: measure lost time, precision of the clock, and resources."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import av

from benchmarks.table import Row
from f2scrapy.live.clock import ClockMap
from f2scrapy.sandbox.live.picture import read_clock

SECONDS = 60
FAULTS = ("cut=900000:1~stream", "switch=35")
TTL = 25  # seconds until an address expires
ROOMS, ROOMS_SECONDS, ROOMS_SECONDS_QUICK = 10, 30, 8
FILLER = 80_000  # bytes a frame: 6.4 Mbit/s a room
FRAME = 0.1  # seconds
FIRST_RID = 660_000_000_000


@contextmanager
def run_sandbox(*words: str) -> Iterator[str]:
    """Run the sandbox in a process of its own; yield its address."""
    command = [sys.executable, "-m", "f2scrapy.sandbox", "--until-eof", *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        yield process.stdout.readline().strip().partition("=")[2]
        process.stdin.close()


def record_rooms(
    sandbox: str, folder: Path, seconds: float, rooms: list[str], quality: str
) -> dict[str, Any]:
    """Record rooms and return the cost."""
    mine = {
        "F2_SANDBOX": sandbox, "F2_PATH": str(folder), "F2_PACE": "0", "F2_LIVE_QUALITY": quality,
    }  # fmt: skip
    command = [sys.executable, "-m", "benchmarks.live_rooms", str(seconds), *rooms]
    done = subprocess.run(
        command, env=os.environ | mine, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@dataclass
class Playback:
    """The contents of a recording's files, as a player shows them."""

    segments: int
    media: float  # seconds
    gaps: float
    overlaps: float
    wall: float  # seconds between the first and the last image
    lost: int  # frames that are in none of the files
    offsets: list[float]  # per frame, seconds between the clock map's and the image's time

    @property
    def error(self) -> float:
        """Seconds by which media and listed gaps differ from the time passed."""
        return abs(self.media + self.gaps - self.overlaps - self.wall)


def read_playback(session: Path) -> Playback:
    """Decode all files of a recording; an error of the decoder is raised."""
    rows = json.loads(session.read_text("utf-8"))["segments"]
    gaps = json.loads(session.with_name(session.name.replace("_session", "_gaps")).read_text())
    clock, moments, offsets = ClockMap.read(session), set(), []
    for row in rows:
        for seconds, wall in read_frames(session.with_name(row["file"])):
            moments.add(round(wall, 1))
            place = clock.locate(wall)
            if place and place[0] == row["file"]:
                offsets.append(abs(place[1] - seconds))
    first, last = min(moments), max(moments)
    return Playback(
        len(rows), sum(row["seconds"] for row in rows),
        sum(gap["seconds"] for gap in gaps["gaps"]),
        sum(gap["seconds"] for gap in gaps["overlaps"]),
        last - first + FRAME, round((last - first) / FRAME) + 1 - len(moments), sorted(offsets),
    )  # fmt: skip


def read_frames(path: Path) -> Iterator[tuple[float, float]]:
    """Yield the seconds in the file and the time in the image."""
    with av.open(str(path), options={"err_detect": "explode"}) as file:
        zero = float(file.start_time or 0) / 1e6 if path.suffix == ".ts" else 0.0
        for frame in file.decode(video=0):
            plane = frame.planes[0]
            yield (
                float(frame.time) - zero,
                read_clock(bytes(plane), plane.line_size, frame.width) / 1000,
            )


def measure_one_room(quality: str) -> list[Row]:
    """Record a room over a drop, another resolution, and expired addresses."""
    words = [word for fault in FAULTS for word in ("--fault", fault)]
    with tempfile.TemporaryDirectory() as name, run_sandbox(*words, "--media-ttl", str(TTL)) as url:
        record_rooms(url, Path(name), SECONDS, [str(FIRST_RID + 1)], quality)
        [session] = Path(name).rglob("*_session.json")
        playback = read_playback(session)
    p99 = playback.offsets[int(len(playback.offsets) * 0.99)]
    print(
        f"   {quality}: {playback.wall:.1f} s in {playback.segments} segments:"
        f" media {playback.media:.2f} s + gaps {playback.gaps:.2f} s"
        f" - overlaps {playback.overlaps:.2f} s; clock off by {p99:.2f} s at p99"
    )
    recorded = f"{playback.media:.2f} s"
    return [
        Row(f"live {quality}, seconds not explained", recorded, playback.error, most=1),
        Row(f"live {quality}, clock off by seconds", recorded, p99, most=1),
        Row(f"live {quality}, frames lost", recorded, playback.lost, most=0),
    ]


def measure_many_rooms(seconds: float) -> list[Row]:
    """Record several rooms at once, at a realistic bit rate."""
    users = [f"room{number}:0" for number in range(ROOMS)]
    rooms = [str(FIRST_RID + 100 + number) for number in range(ROOMS)]
    with (
        tempfile.TemporaryDirectory() as name,
        run_sandbox("--live-filler", str(FILLER), "--users", *users) as url,
    ):
        cost = record_rooms(url, Path(name), seconds, rooms, "origin")
        files = [*Path(name).rglob("*.flv")]
        size = sum(path.stat().st_size for path in files)
    longest, own, text = cost["longest_step"]
    heaviest = cost["heaviest_step"][1]
    print(f"   {len(files)} rooms with danmaku, {cost['cpu'] / seconds:.0%} of a CPU; longest step"
          f" {longest * 1000:.0f} ms, of which {own * 1000:.0f} ms its own: {text}")  # fmt: skip
    rate = f"{size * 8 / seconds / 1e6:.0f} Mbit/s"
    return [
        Row(f"live, {len(files)} rooms, peak MiB", rate, cost["rss_mib"], most=110),
        Row("live, CPU ms of the heaviest step", f"{longest * 1000:.0f} ms by the clock",
            heaviest * 1000, most=100),
    ]  # fmt: skip


def main(*, quick: bool) -> list[Row]:
    if quick:
        return measure_many_rooms(ROOMS_SECONDS_QUICK)
    with ThreadPoolExecutor() as pool:  # they wait more than they compute
        found = [*pool.map(measure_one_room, ("flv", "hls"))]
    return [*chain(*found), *measure_many_rooms(ROOMS_SECONDS)]
