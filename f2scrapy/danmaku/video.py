"""Read the size of a video's picture, for subtitles that fit to it."""

from __future__ import annotations

import importlib
from pathlib import Path


def read_size(video: Path) -> tuple[int, int] | None:
    """Return width and height (px) of the picture; None if there is no such file, or no PyAV.

    PyAV is an extra (`remux`) of this project, so it is imported on use.
    """
    if not video.is_file():
        return None
    try:
        av = importlib.import_module("av")
    except ImportError:
        return None
    try:
        with av.open(str(video)) as container:
            streams = container.streams.video
            return (streams[0].width, streams[0].height) if streams else None
    except (OSError, ValueError):  # PyAV's errors are both
        return None
