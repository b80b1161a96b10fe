"""Run a crawl for a worker, and end it with the worker: `python -m f2scrapy.fleet.job crawl …`.

The worker holds the other end of our standard input. When that is closed, the worker was killed,
and another one will take over the list: this crawl must not go on beside it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

from f2scrapy.crawl.start import run_scrapy
from f2scrapy.errors import EXIT_UNEXPLAINED

GRACE_S = 20.0  # for an end in good order


def main() -> int:
    """Run `scrapy` with the arguments of this process; return its exit code."""
    threading.Thread(target=_end_with_worker, daemon=True).start()
    return run_scrapy(sys.argv[1:])


def _end_with_worker() -> None:
    while os.read(0, 1024):  # not sys.stdin: Python cannot end while a thread reads that (3.11)
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(EXIT_UNEXPLAINED)


if __name__ == "__main__":
    sys.exit(main())
