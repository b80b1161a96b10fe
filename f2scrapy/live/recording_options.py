"""The options of recordings, F2_LIVE_…, for all rooms of a run."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from f2scrapy.config.options import Options
from f2scrapy.model.stream import StreamPreference

_MAX_REMUXES = 2  # files remuxed to MP4 at the same time, over all rooms


@dataclass(frozen=True)
class RecordingOptions:
    """The options that apply to all recordings."""

    preference: StreamPreference
    split_seconds: float = 0  # 0 = no limit
    split_bytes: float = 0  # 0 = no limit
    free_bytes: float = 500e6  # free bytes to leave on the disk
    backoff: float = 1.0  # seconds before the second connection; doubles with each
    patience: float = 600.0  # seconds without data after which a room is given up
    grace: float = 60.0  # seconds a stream is read on after its room is over
    durable: bool = True  # a final name means that the file is on disk, not only in its cache
    remux: bool = False  # remux segments to MP4 in the end
    remuxing: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(_MAX_REMUXES), compare=False, repr=False
    )

    @classmethod
    def from_options(cls, options: Options) -> Self:
        """Take the options of recordings from those of the run."""
        return cls(
            options.live_quality,
            split_seconds=options.live_split.seconds,
            split_bytes=options.live_split.bytes,
            free_bytes=options.live_free * 1e6,
            backoff=options.backoff,
            patience=options.live_patience,
            durable=options.fsync,
            remux=options.live_remux,
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
