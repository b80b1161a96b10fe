"""What the archive knows of a work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from f2scrapy.errors import Outcome
from f2scrapy.model.media import File


class Archived(NamedTuple):
    """A work as the archive has it, with its files by asset."""

    path: str | None = None  # of its files, without suffix; None = none is reserved
    state: Outcome = Outcome.OK
    files: Mapping[str, File] = {}
    facts: Mapping[str, Any] = {}  # by column; {} = the work is unknown
    has_folder: bool = False  # whether the folder that was asked for has its name still
