"""Keep the guest of each platform between runs, in a file that only the user may read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from f2scrapy.config.outputs import replace_file


def read_guest(path: Path, platform: str) -> Any:
    """Return what is saved of a guest; {} = there is none, or the file is damaged."""
    return _read_file(path).get(platform) or {}


def write_guest(path: Path, platform: str, guest: Mapping[str, Any]) -> None:
    """Save a guest beside those of other platforms (mode 0600).

    Raises:
        OSError: the file cannot be written.
    """
    saved = _read_file(path) | {platform: guest}
    replace_file(path, json.dumps(saved).encode(), mode=0o600)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        saved = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return saved if isinstance(saved, dict) else {}
