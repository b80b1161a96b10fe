"""Say why a file of an item is not fetched."""

from __future__ import annotations

from f2scrapy.errors import F2Error, Outcome


class FileMissing(F2Error):
    """A file cannot be fetched now; `outcome` is the reason, the text its evidence."""

    def __init__(self, outcome: Outcome, detail: str, *, too_long: bool = False) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.too_long = too_long  # a shorter name may help


class SoundMissing(FileMissing):
    """A file is complete, and has no sound: another rendition may have it."""
