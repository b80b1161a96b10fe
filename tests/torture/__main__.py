"""Run all trials and print how many runs broke a promise: `python -m tests.torture [SHARE]`.

SHARE is a part of the full number of runs, such as 0.1. The same seeds run each time; the exit code
is 1 if any promise was broken.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.torture import answers, files, lists, storm, texts
from tests.torture.tally import Tally

# The trials, with the runs that a full trial has.
TRIALS: tuple[tuple[Callable[[int, Path], Tally], int], ...] = (
    (files.run, 10_000),
    (storm.run, 100),
    (lists.run, 2000),
    (answers.run, 500),
    (texts.run_fields, 5000),
    (texts.run_feeds, 500),
    (texts.run_parsers, 20_000),
    (texts.run_options, 3000),
)
MAX_SHOWN = 10  # violations of one trial that are printed


def main(share: float = 1.0) -> int:
    logging.disable(logging.CRITICAL)  # each gap of each run has its line
    broken = 0
    for run, count in TRIALS:
        began = time.perf_counter()
        with TemporaryDirectory() as folder:
            tally = run(max(1, int(count * share)), Path(folder))
        show(tally, time.perf_counter() - began)
        broken += len(tally.violations)
    print(f"{broken} promises broken" if broken else "no promise broken")
    return int(bool(broken))


def show(tally: Tally, seconds: float) -> None:
    notes = ", ".join(f"{count} {what}" for what, count in sorted(tally.notes.items()))
    print(f"{tally.name}\n   {tally.runs} runs, {len(tally.violations)} violated, {seconds:.0f} s"
          f"{f' ({notes})' if notes else ''}", flush=True)  # fmt: skip
    for words in tally.violations[:MAX_SHOWN]:
        print(f"   ! {words}")


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
