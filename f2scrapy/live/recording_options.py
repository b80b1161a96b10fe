"""Rules: how rooms are recorded, from the options F2_LIVE_…"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from f2scrapy.config.options import Options
from f2scrapy.model.stream import Policy

_REMUXES = 2  # files that become MP4 at once, of all rooms


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


def recording_options(options: Options) -> Rules:
    """The rules of these options."""
    return Rules(
        options.live_quality,
        split_seconds=options.live_split.seconds,
        split_bytes=options.live_split.bytes,
        free_bytes=options.live_free * 1e6,
        backoff=options.backoff,
        patience=options.live_patience,
        durable=options.fsync,
        remux=options.live_remux,
    )
