"""An item that is left out on purpose."""

from __future__ import annotations

from scrapy.exceptions import DropItem


class Skipped(DropItem):
    """An item left out on purpose; `reason` is what the report counts: "interval", "known" …"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, log_level="DEBUG")
        self.reason = reason
