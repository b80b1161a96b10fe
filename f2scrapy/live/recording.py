"""Say how the recording of a broadcast has ended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from f2scrapy.download.part_file import DiskError, FileBusy
from f2scrapy.errors import Outcome, Refused
from f2scrapy.live.fragment import StreamError
from f2scrapy.live.record import SessionRecord
from f2scrapy.live.writer import DiskFull
from f2scrapy.text import pluralize

RECORDED_ELSEWHERE = "another process is recording it"
_MAX_MISSING_S = 1.0  # missing seconds that make a recording incomplete


@dataclass(frozen=True)
class Recording:
    """The result of recording a broadcast."""

    outcome: Outcome  # OK if it is over, or was stopped
    detail: str  # reason in words; "" if there is none
    segments: tuple[Path, ...]  # of this run
    record: SessionRecord

    @property
    def missing_seconds(self) -> float:
        """Seconds in the gaps between the segments; pauses and uncertain gaps do not count."""
        return sum(self.record.find_missing())

    @property
    def overall_outcome(self) -> Outcome:
        """The outcome, with missing seconds counted as NETWORK; OK if nothing is missing."""
        if self.outcome is Outcome.OK and self.missing_seconds >= _MAX_MISSING_S:
            return Outcome.NETWORK
        return self.outcome

    @property
    def summary(self) -> str:
        """Summary for the user, in one line."""
        seconds = sum(row.seconds for row in self.record.rows)
        length = f"{seconds:.0f} s in {pluralize(len(self.record.rows), 'file')}"
        missing = f"{self.missing_seconds:.1f} s missing" if self.missing_seconds else ""
        return ", ".join(filter(None, (length, missing, self.detail)))


def classify_ending(error: BaseException | None, *, stopped: bool) -> tuple[Outcome, str]:
    """Return the outcome of a recording and its reason in words, from the error that ended it.

    None = it has come to its end, or was stopped.
    """
    if error is None:
        return Outcome.OK, "stopped" if stopped else ""
    if isinstance(error, FileBusy):
        return Outcome.OK, RECORDED_ELSEWHERE
    if isinstance(error, DiskFull | DiskError | OSError):
        return Outcome.DISK, str(error)
    if isinstance(error, Refused):
        return error.outcome, error.detail
    if isinstance(error, StreamError):
        return Outcome.NETWORK, str(error)
    return Outcome.INTERNAL, type(error).__name__
