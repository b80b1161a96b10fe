"""Small functions by F2's names."""

from __future__ import annotations

import random
import string
import time
from typing import Any

from f2scrapy.f2 import downloads
from f2scrapy.f2.utils.string import formatter
from f2scrapy.f2.values import format_time

extract_valid_urls = formatter.extract_valid_urls
filter_by_date_interval = downloads.filter_by_date_interval


def gen_random_str(randomlength: int) -> str:
    """Return a random text of letters, digits, + and -."""
    letters = string.ascii_letters + string.digits + "+-"
    return "".join(random.choices(letters, k=randomlength))


def get_timestamp(unit: str = "milli") -> int:
    """Return the present time since 1970 in `milli`, `sec` or `min`."""
    return int(time.time() * {"milli": 1000, "sec": 1, "min": 1 / 60}[unit])


def timestamp_2_str(timestamp: Any) -> str:
    """Return a time (s or ms since 1970) as text in UTC+8; "" = there is none."""
    return str(format_time(timestamp))
