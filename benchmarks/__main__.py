"""Run all benchmarks, or the named ones: `python -m benchmarks [start|signing|items|archive …]`.

A benchmark is skipped, with one line, if a program it needs cannot be installed.
"""

import subprocess
import sys
import time
from importlib import import_module

from benchmarks.peers import AbsentError

NAMES = (
    "start",
    "signing",
    "items",
    "archive",
    "danmaku",
    "danmaku_rooms",
    "crawl",
    "transfer",
    "live",
)
BY_NAME = ("fleet",)  # takes minutes, and needs PostgreSQL


def main() -> None:
    names = sys.argv[1:] or NAMES
    if unknown := set(names) - {*NAMES, *BY_NAME}:
        known = ", ".join((*NAMES, *BY_NAME))
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {known}")
    if len(names) == 1:
        run(names[0])
        return
    # A child's peak memory begins with its parent's: each runs in a small process of its own.
    commands = ([sys.executable, "-m", "benchmarks", name] for name in names)
    codes = [subprocess.run(command, check=False).returncode for command in commands]
    sys.exit(int(any(codes)))  # a killed process has a negative code


def run(name: str) -> None:
    """Run one benchmark and print its duration."""
    sys.argv[1:] = []  # each benchmark reads its own arguments
    print(f"== {name}", flush=True)
    started = time.perf_counter()
    try:
        import_module(f"benchmarks.{name}").main()
    except AbsentError as error:
        print(f"skipped: {error}")
    print(f"   {time.perf_counter() - started:.0f} s\n", flush=True)


if __name__ == "__main__":
    main()
