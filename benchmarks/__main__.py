"""Run benchmarks, and print a table of figures and goals.

python -m benchmarks [--quick] [NAME …]

Without names all are run: minutes on two cores, with `--quick` one minute and a half. The exit code
is 1 if a goal is missed or a benchmark fails. A benchmark is skipped, with one line, if a program
that it needs cannot be installed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from benchmarks.peers import AbsentError
from benchmarks.table import Row, format_table

NAMES = (
    "start",
    "signing",
    "items",
    "archive",
    "danmaku",
    "danmaku_rooms",
    "metadata",
    "crawl",
    "large",
    "live",
)
BY_NAME = ("fleet",)  # takes minutes, and needs PostgreSQL


def parse_words(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    known = (*NAMES, *BY_NAME)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--rows", type=Path, help="run one benchmark, and append its rows here")
    given = parser.parse_args(words)
    if unknown := set(given.names) - {*known}:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return given


def run_all(names: tuple[str, ...], *, quick: bool) -> int:
    """Run benchmarks, print the table, and return the exit code."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "rows.jsonl"
        file.touch()
        # A child's peak memory begins with its parent's: each runs in a small process of its own.
        command = [sys.executable, "-m", "benchmarks", *["--quick"] * quick, "--rows", str(file)]
        codes = [subprocess.run([*command, name], check=False).returncode for name in names]
        rows = [Row(*json.loads(line)) for line in file.read_text("utf-8").splitlines()]
    print(format_table(rows))
    print(f"{time.perf_counter() - started:.0f} s")
    failed = [name for name, code in zip(names, codes, strict=True) if code]  # killed: negative
    if failed:
        print(f"failed: {', '.join(failed)}")
    return int(bool(failed) or not all(row.is_met for row in rows))


def run(name: str, file: Path, *, quick: bool) -> None:
    """Run one benchmark, print its duration, and append its rows to a file."""
    print(f"== {name}", flush=True)
    started = time.perf_counter()
    try:
        rows = import_module(f"benchmarks.{name}").main(quick=quick)
        with file.open("a", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row) + "\n" for row in rows)
    except AbsentError as error:
        print(f"skipped: {error}")
    print(f"   {time.perf_counter() - started:.0f} s\n", flush=True)


def main() -> None:
    given = parse_words(sys.argv[1:])
    names = tuple(given.names) or NAMES
    if given.rows:
        run(names[0], given.rows, quick=given.quick)
    else:
        sys.exit(run_all(names, quick=given.quick))


if __name__ == "__main__":
    main()
