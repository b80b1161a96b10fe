"""Measure one large file beside curl: speed, CPU, memory; and ranges of it at once.

python -m benchmarks large

curl leaves the bytes in the system's memory; we have them on disk before the file gets its name
(F2_FSYNC). So each is compared with its like: curl alone without F2_FSYNC, and with it curl and
fdatasync. The seconds are those from the first byte on. The programs take turns, and the best of
the rounds counts: whatever else runs on the machine only makes them slower.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks import peers
from benchmarks.programs import serve
from benchmarks.table import Row

LARGE, LARGE_QUICK = 1 << 30, 256 << 20  # bytes
ROUNDS, ROUNDS_QUICK = 3, 2
LIMITED, LIMITED_QUICK = 96 << 20, 72 << 20  # bytes of the file that comes in ranges
RATE = 20_000_000  # bytes per second of each of its connections
RANGES = 4
LEAST = 0.9  # x curl, both on disk
LEAST_UNSYNCED = 0.55  # varies from run to run
MOST_MIB = 105  # `import scrapy` alone takes 58


class Run(NamedTuple):
    """The cost of one file."""

    seconds: float  # from the first byte on
    cpu: float  # seconds, of system and program, with its start
    rss: int  # peak memory in MiB


def run(command: list[str], file: Path, size: int) -> Run:
    """Run a command that fetches one file, and prints seconds: the last less the first count.

    Raises:
        RuntimeError: the exit code is not 0, or the file is missing or of another size.
    """
    os.sync()
    absent = "PYTHONDONTWRITEBYTECODE"  # users have compiled files
    environment = {name: value for name, value in os.environ.items() if name != absent}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert child.stdout
    with child.stdout:
        output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode or file.stat().st_size != size:
        raise RuntimeError(f"{command[:4]} ended with {child.returncode}")
    file.unlink()
    numbers = [*map(float, output.split())]
    return Run(
        numbers[-1] - sum(numbers[:-1]), usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024
    )


def build_curl(url: str, file: Path, *, synced: bool) -> list[str]:
    written = ["-w", "%{time_starttransfer} %{time_total}"]
    fetch = [peers.find_program("curl"), "-sf", "-o", str(file), *written, url]
    return [sys.executable, "-m", "benchmarks.large", *fetch] if synced else fetch


def run_and_sync(curl: list[str], file: str) -> None:
    """Run curl and write its file to disk; print the seconds of both."""
    began, total = map(float, subprocess.check_output(curl, text=True).split())
    started = time.perf_counter()
    descriptor = os.open(file, os.O_RDONLY)
    getattr(os, "fdatasync", os.fsync)(descriptor)
    print(began, total + time.perf_counter() - started)


def build_ours(url: str, file: Path, *options: str) -> list[str]:
    words = [url, str(file.parent), *options]
    return [sys.executable, "-m", "benchmarks.large_crawl", *words]


def compare(commands: dict[str, list[str]], file: Path, size: int, rounds: int) -> dict[str, Run]:
    """Run the programs by turns; return the best seconds and CPU of each, and its most memory."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(run(command, file, size))
    best = {
        name: Run(min(run.seconds for run in of), min(run.cpu for run in of),
                  max(run.rss for run in of))
        for name, of in runs.items()
    }  # fmt: skip
    for name, one in best.items():
        speed = size / one.seconds / 1e6
        print(f"  {name:26}{speed:6.0f} MB/s{one.cpu:6.1f} s CPU{one.rss:5} MiB", flush=True)
    return best


def measure_large(base: str, file: Path, *, quick: bool) -> list[Row]:
    """Measure one large file in one piece; `quick` leaves out what depends on the disk."""
    size, rounds = (LARGE_QUICK, ROUNDS_QUICK) if quick else (LARGE, ROUNDS)
    url, name = f"{base}/{size}/0.mp4", f"file of {size >> 20:,} MiB"
    print(f"{name}, best of {rounds}")
    commands = {
        "curl -o": build_curl(url, file, synced=False),
        "f2scrapy, F2_FSYNC=no": build_ours(url, file, "F2_FSYNC=no"),
        "curl -o, fdatasync": build_curl(url, file, synced=True),
        "f2scrapy": build_ours(url, file),
    }
    names = [*commands][: 2 if quick else 4]
    best = compare({one: commands[one] for one in names}, file, size, rounds)
    rows = [
        Row(f"{name}: {ours} x {curl}", f"{size / best[ours].seconds / 1e6:,.0f} MB/s",
            best[curl].seconds / best[ours].seconds, least)
        for curl, ours, least in zip(names[::2], names[1::2], (LEAST_UNSYNCED, LEAST), strict=False)
    ]  # fmt: skip
    peak = max(best[ours].rss for ours in names[1::2])
    return [*rows, Row(f"{name}: peak MiB", f"{peak} MiB", peak, most=MOST_MIB)]


def measure_ranges(base: str, file: Path, size: int) -> list[Row]:
    """Measure a file from a server that limits each connection."""
    url = f"{base}/{size}/0.mp4?rate={RATE}"
    print(f"{size >> 20} MiB, {RATE / 1e6:.0f} MB/s a connection")
    one, several = compare(
        {
            "one": build_ours(url, file),
            f"F2_RANGES={RANGES}": build_ours(url, file, f"F2_RANGES={RANGES}"),
        },
        file,
        size,
        1,
    ).values()
    speed = f"{size / several.seconds / 1e6:,.0f} MB/s"
    return [Row(f"{RANGES} ranges at once x one", speed, one.seconds / several.seconds, 3)]


def main(*, quick: bool) -> list[Row]:
    with (
        serve("benchmarks.fileserver") as base,
        tempfile.TemporaryDirectory(prefix="large-") as folder,
    ):
        file = Path(folder) / "0.mp4"
        rows = measure_large(base, file, quick=quick)
        return rows + measure_ranges(base, file, LIMITED_QUICK if quick else LIMITED)


if __name__ == "__main__":
    run_and_sync(sys.argv[1:], sys.argv[4])
