"""Run and time programs that download listed files: gallery-dl, Scrapy's FilesPipeline."""

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

SMALL = 200_000  # bytes
GALLERY_DL = "gallery-dl==1.32.18"
SETTLE = 6  # seconds: for each new inode ext4 searches past those deleted within the last 5


@dataclass(frozen=True)
class Run:
    """The cost of one program, from its start to its end."""

    seconds: float
    rss: int  # peak memory in MiB
    files: int

    @property
    def rate(self) -> float:
        """Files per second."""
        return self.files / self.seconds


Program = Callable[[list[str], Path], list[str]]


def build_pipeline(urls: list[str], folder: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.pipeline_crawl", _write_list(urls, folder)]


def build_gallery_dl(urls: list[str], folder: Path) -> list[str]:
    python = peers.prepare_python("gallery-dl", GALLERY_DL)
    options = ["-q", "--config-ignore", "-d", str(folder), "-i", _write_list(urls, folder)]
    return [str(python), "-m", "gallery_dl", *options]


def _write_list(urls: list[str], folder: Path) -> str:
    listing = folder / "urls.txt"
    listing.write_text("\n".join(urls))
    return str(listing)


def run_to_end(command: list[str]) -> tuple[float, int]:
    """Run *command*; return its seconds, and its peak memory in MiB.

    Raises:
        RuntimeError: the exit code is not 0.
    """
    started = time.perf_counter()
    child = subprocess.Popen(command, env=_build_environment())
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command[:4]} ended with {child.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss // 1024


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
        seconds, rss = run_to_end(command)
        whole = sum(path.stat().st_size == size for path in folder.rglob("*") if path.is_file())
    if whole != len(urls):
        raise RuntimeError(f"{command[:4]} left {whole} whole files of {len(urls)}")
    return Run(seconds, rss, len(urls))


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


def print_rates(title: str, runs: dict[str, Run]) -> None:
    """Print files per second, and their ratio to gallery-dl."""
    print(f"{title:25}files/s  x gallery-dl  peak MiB")
    for name, run in runs.items():
        ratio = run.rate / runs["gallery-dl"].rate
        print(f"  {name:22}{run.rate:8.0f}{ratio:14.2f}{run.rss:10}", flush=True)
