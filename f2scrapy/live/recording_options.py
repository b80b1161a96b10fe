"""Rules: how rooms are recorded, from the options F2_LIVE_…"""

from __future__ import annotations

import asyncio
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from scrapy.settings import BaseSettings

from f2scrapy.errors import InputError
from f2scrapy.model.stream import Policy

_REMUXES = 2  # files that become MP4 at once, of all rooms
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_BYTES = {"kb": 1000, "mb": 1000**2, "gb": 1000**3}
_PART = re.compile(r"(\d+(?:\.\d+)?) ?([a-z]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Rules:
    """What holds for all rooms."""

    policy: Policy
    split_seconds: float = 0  # 0 = a segment is never too long
    split_bytes: float = 0  # 0 = a segment is never too large
    free_bytes: float = 500e6  # of the disk, which are left alone
    backoff: float = 1.0  # seconds before the second try; doubles
    patience: float = 600.0  # seconds without anything of a stream after which a room is given up
    durable: bool = True  # a final name means that the file is on disk, not only in its cache
    remux: bool = False  # segments become MP4 in the end
    remuxing: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_REMUXES), compare=False, repr=False
    )

    def lack(self, folder: Path) -> str:
        """What is to be said where the disk of a folder is almost full; "" = it is not. Blocks.

        The folder may be yet to be made.
        """
        there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
        free = shutil.disk_usage(there).free
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
    """Seconds and bytes of `30min`, `2GB` or both (`1h,2GB`), 0 where there is no such limit.

    Raises:
        InputError: it is none of these.
    """
    limits = {"s": 0.0, "bytes": 0.0}
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = _PART.fullmatch(part)
        unit = found[2].lower() if found else ""
        if not found or unit not in {**_SECONDS, **_BYTES}:
            raise InputError(
                f"F2_LIVE_SPLIT={text}: want minutes or size: 30min, 1h, 500MB, 1h,2GB"
            )
        kind = "s" if unit in _SECONDS else "bytes"
        limits[kind] = float(found[1]) * {**_SECONDS, **_BYTES}[unit]
    return limits["s"], limits["bytes"]
