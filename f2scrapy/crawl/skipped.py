"""The exception for items that are left out on purpose."""

from __future__ import annotations

from scrapy.exceptions import DropItem


class Skipped(DropItem):
    """Drops an item on purpose; the report counts it by `reason`: "interval", "known" …"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, log_level="DEBUG")
        self.reason = reason
