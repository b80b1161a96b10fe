"""Measure media transfers beside curl, Scrapy's FilesPipeline and gallery-dl on loopback.

python -m benchmarks.transfer
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import peers
from benchmarks.table import Row

SMALL = 200_000  # bytes
FILES = 2000
FILES_SLOW = 200  # if each is delayed: the rate of a serial program does not depend on it
CONCURRENCY = 16
GALLERY_DL = "gallery-dl==1.32.18"
LATENCY = 0.05  # seconds
ROUNDS = 3
SETTLE = 6  # seconds: for each new inode ext4 searches past those deleted within the last 5


@dataclass(frozen=True)
class Run:
    """The cost of one program, from its start to its end."""

    seconds: float
    own_seconds: float  # seconds it reports itself, without its start; 0 if it reports none
    rss: int  # peak memory in MiB
    files: int
    size: int  # bytes of each

    @property
    def rate(self) -> float:
        """Files per second."""
        return self.files / self.seconds

    @property
    def megabytes(self) -> float:
        """MB per second, without the start of the program."""
        return self.files * self.size / (self.own_seconds or self.seconds) / 1e6


Program = Callable[[list[str], Path], list[str]]


def build_scrapy(how: str) -> Program:
    def build_command(urls: list[str], folder: Path) -> list[str]:
        return [sys.executable, "-m", "benchmarks.transfer_crawl", how, _write_list(urls, folder)]

    return build_command


def build_curl(urls: list[str], folder: Path) -> list[str]:
    lines = [f'url="{url}"\noutput="{folder / f"{n}.mp4"}"\n' for n, url in enumerate(urls)]
    config = folder / "curl.txt"
    config.write_text("".join(lines))
    how = ["-Z", "--parallel-max", str(CONCURRENCY)]
    return [peers.find_program("curl"), "-sf", "--no-progress-meter", *how, "-K", str(config)]


def build_gallery_dl(urls: list[str], folder: Path) -> list[str]:
    python = peers.prepare_python("gallery-dl", GALLERY_DL)
    options = ["-q", "--config-ignore", "-d", str(folder), "-i", _write_list(urls, folder)]
    return [str(python), "-m", "gallery_dl", *options]


def _write_list(urls: list[str], folder: Path) -> str:
    listing = folder / "urls.txt"
    listing.write_text("\n".join(urls))
    return str(listing)


def run_to_end(command: list[str]) -> tuple[str, float, int]:
    """Run *command*; return its output, its seconds, and its peak memory in MiB.

    Raises:
        RuntimeError: the exit code is not 0.
    """
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_build_environment())
    assert child.stdout
    with child.stdout:
        output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command[:4]} ended with {child.returncode}")
    return output, time.perf_counter() - started, usage.ru_maxrss // 1024


def _build_environment() -> dict[str, str]:
    """Return an environment in which Python keeps compiled files, as users have them."""
    absent = "PYTHONDONTWRITEBYTECODE"
    return {name: value for name, value in os.environ.items() if name != absent}


def measure(program: Program, urls: list[str], size: int, settle: float = SETTLE) -> Run:
    """Run *program* in a new folder, *settle* seconds after the folder was made.

    Raises:
        RuntimeError: the exit code is not 0, or files are missing or of another size.
    """
    with tempfile.TemporaryDirectory(prefix="transfer-") as name:
        folder = Path(name)
        command = program(urls, folder)
        os.sync()
        time.sleep(settle)
        output, seconds, rss = run_to_end(command)
        whole = sum(path.stat().st_size == size for path in folder.rglob("*") if path.is_file())
    if whole != len(urls):
        raise RuntimeError(f"{command[:4]} left {whole} whole files of {len(urls)}")
    return Run(seconds, float(output or 0), rss, len(urls), size)


@contextmanager
def serve(*command: str) -> Iterator[str]:
    """Run ``python -m`` *command* within the block; yield the first line of its output."""
    run = [sys.executable, "-m", *command]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def compare(tasks: dict[str, tuple[Program, list[str]]], size: int, rounds: int) -> dict[str, Run]:
    """Return the median run of each program; they take turns, so that other load affects each."""
    runs: dict[str, list[Run]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, (program, urls) in tasks.items():
            runs[name].append(measure(program, urls, size))
    return {name: sorted(of, key=lambda run: run.seconds)[rounds // 2] for name, of in runs.items()}


def measure_small(base: str, latency: float) -> None:
    """Measure many files of 200 kB."""
    urls = [f"{base}/{SMALL}/{n}.mp4?latency={latency}" for n in range(FILES)]
    tasks = {
        "gallery-dl": (build_gallery_dl, urls[:FILES_SLOW] if latency else urls),
        "f2scrapy": (build_scrapy("ours"), urls),
        "Scrapy FilesPipeline": (build_scrapy("files"), urls),
        f"curl -Z ({CONCURRENCY})": (build_curl, urls),
    }
    runs = compare(tasks, SMALL, 1 if latency else ROUNDS)
    print_rates(f"{FILES} x 200 kB, {latency * 1000:.0f} ms", runs)


def print_rates(title: str, runs: dict[str, Run]) -> None:
    """Print files per second, and their ratio to gallery-dl."""
    print(f"{title:25}files/s  x gallery-dl  peak MiB")
    for name, run in runs.items():
        ratio = run.rate / runs["gallery-dl"].rate
        print(f"  {name:22}{run.rate:8.0f}{ratio:14.2f}{run.rss:10}", flush=True)


def main(*, quick: bool) -> list[Row]:
    with serve("benchmarks.fileserver") as base:
        measure_small(base, 0)
        measure_small(base, LATENCY)
    return []
