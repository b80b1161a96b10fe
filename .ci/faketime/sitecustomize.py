"""Pause by `select`: `time.sleep` fails under a clock that libfaketime 0.9.10 shifts (2026-11).

That version (Debian 12) takes the monotonic time to sleep until for one of the shifted clock.
"""

import select
import time


def pause(seconds: float) -> None:
    """Wait so many seconds; as `time.sleep`, without its check of the number."""
    select.select([], [], [], seconds)


time.sleep = pause
