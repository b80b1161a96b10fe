"""The progress bars that F2's documentation uses."""

from __future__ import annotations

from rich.progress import Progress


class RichConsoleManager:
    """Holds the bars; downloads of f2scrapy log their end, and have none in a program."""

    def __init__(self) -> None:
        self.progress = Progress()
