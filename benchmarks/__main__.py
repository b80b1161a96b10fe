"""Run all benchmarks, or the named ones: `python -m benchmarks [signing|items|danmaku|crawl …]`.

What needs a program that cannot be had here is skipped, with one line that says so.
"""

import subprocess
import sys
import time
from importlib import import_module

from benchmarks.peers import AbsentError

NAMES = ("signing", "items", "danmaku", "danmaku_rooms", "crawl", "transfer", "live")


def main() -> None:
    names = sys.argv[1:] or NAMES
    if unknown := set(names) - set(NAMES):
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(NAMES)}")
    if len(names) == 1:
        run(names[0])
        return
    # The peak of a child's memory begins with its parent's: each gets a small one of its own.
    commands = ([sys.executable, "-m", "benchmarks", name] for name in names)
    codes = [subprocess.run(command, check=False).returncode for command in commands]
    sys.exit(int(any(codes)))  # one that was killed has a negative code


def run(name: str) -> None:
    """One benchmark, and how long it took."""
    sys.argv[1:] = []  # each reads arguments of its own
    print(f"== {name}", flush=True)
    started = time.perf_counter()
    try:
        import_module(f"benchmarks.{name}").main()
    except AbsentError as error:
        print(f"skipped: {error}")
    print(f"   {time.perf_counter() - started:.0f} s\n", flush=True)


if __name__ == "__main__":
    main()
