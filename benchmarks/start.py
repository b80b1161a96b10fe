"""Measure the CPU seconds of starting, as ratios beside `scrapy version` in the same run.

A crawl ends at its first request, which a server of this process receives.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.table import Row

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
ROUNDS, ROUNDS_QUICK = 5, 2  # all take turns; the least counts, as other load can only add
LINK = "https://www.douyin.com/user/MS4wLjABAAAA-start"
VERSION = "scrapy version"
COMMANDS = {  # words → highest ratio; the first is the measure
    VERSION: 1.0,
    "scrapy list": 1.0,
    "f2scrapy --help": 0.2,
    f"scrapy crawl douyin_user_post -a url={LINK}": 1.5,
}


def measure(words: str, folder: Path) -> float:
    """Return the CPU seconds of a command, of a crawl until its first request."""
    program, *arguments = words.split()
    with socket.create_server(("127.0.0.1", 0)) as server:
        process = subprocess.Popen(
            [BIN / program, *arguments],
            cwd=folder if words == VERSION else ROOT,  # without a project
            env=_build_environment(server.getsockname()[1], folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if "crawl" in arguments:
            server.settimeout(60)
            connection, _ = server.accept()
            process.send_signal(signal.SIGKILL)
            connection.close()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status  # it is waited for
    return usage.ru_utime + usage.ru_stime


def _build_environment(port: int, folder: Path) -> Mapping[str, str]:
    # Users have compiled files; a first run of each command leaves them here.
    absent = ("F2_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(absent)}
    return kept | {"F2_SANDBOX": f"http://127.0.0.1:{port}", "F2_PATH": str(folder)}


def main(*, quick: bool) -> list[Row]:
    with TemporaryDirectory() as folder:
        rounds = [
            {words: measure(words, Path(folder)) for words in COMMANDS}
            for _ in range(ROUNDS_QUICK if quick else ROUNDS)
        ]
    least = {words: min(one[words] for one in rounds) for words in COMMANDS}
    rows = []
    for words, goal in COMMANDS.items():
        name = " ".join(words.split()[:3])
        name = f"{name}, CPU x {VERSION}" if words != VERSION else name
        ratio = least[words] / least[VERSION]
        rows.append(Row(name, f"{least[words]:.2f} s of CPU", ratio, most=goal))
    return rows
