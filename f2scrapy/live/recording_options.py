"""Read the options of recordings, F2_LIVE_…"""

from __future__ import annotations

import asyncio
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from scrapy.settings import BaseSettings

from f2scrapy.errors import InputError
from f2scrapy.live.quality import Policy

_MAX_REMUXES = 2  # files remuxed to MP4 at the same time, over all rooms
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_BYTES = {"kb": 1000, "mb": 1000**2, "gb": 1000**3}
_LIMIT = re.compile(r"(\d+(?:\.\d+)?) ?([a-z]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Rules:
    """The options that apply to all recordings."""

    policy: Policy
    split_seconds: float = 0  # 0 = no limit
    split_bytes: float = 0  # 0 = no limit
    free_bytes: float = 500e6  # free bytes to leave on the disk
    backoff: float = 1.0  # seconds before the second connection; doubles with each
    patience: float = 600.0  # seconds without data after which a room is given up
    durable: bool = True  # a final name means that the file is on disk, not only in its cache
    remux: bool = False  # remux segments to MP4 in the end
    remuxing: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_MAX_REMUXES), compare=False, repr=False
    )

    def check_free_space(self, folder: Path) -> str:
        """Return a message if the disk of `folder` is almost full, else ""; blocks.

        The folder need not exist yet.
        """
        existing = next(one for one in (folder, *folder.absolute().parents) if one.exists())
        free = shutil.disk_usage(existing).free
        if free >= self.free_bytes:
            return ""
        return f"{free / 1e6:.0f} MB are free, F2_LIVE_FREE wants {self.free_bytes / 1e6:.0f}"


def rules(settings: BaseSettings) -> Rules:
    """The rules of these options.

    Raises:
        InputError: one is of no use.
    """
    seconds, size = split(settings["F2_LIVE_SPLIT"])
    return Rules(
        Policy.parse(settings["F2_LIVE_QUALITY"]),
        split_seconds=seconds,
        split_bytes=size,
        free_bytes=settings.getfloat("F2_LIVE_FREE") * 1e6,
        backoff=settings.getfloat("F2_BACKOFF"),
        patience=settings.getfloat("F2_LIVE_PATIENCE"),
        durable=settings.getbool("F2_FSYNC"),
        remux=settings.getbool("F2_LIVE_REMUX"),
    )


def split(text: str) -> tuple[float, float]:
    """Parse `30min`, `2GB` or both (`1h,2GB`) into seconds and bytes; 0 = no limit.

    Raises:
        InputError: the text has another form.
    """
    limits = {"s": 0.0, "bytes": 0.0}
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = _LIMIT.fullmatch(part)
        unit = found[2].lower() if found else ""
        if not found or unit not in {**_SECONDS, **_BYTES}:
            raise InputError(
                f"F2_LIVE_SPLIT={text}: want minutes or size: 30min, 1h, 500MB, 1h,2GB"
            )
        kind = "s" if unit in _SECONDS else "bytes"
        limits[kind] = float(found[1]) * {**_SECONDS, **_BYTES}[unit]
    return limits["s"], limits["bytes"]
