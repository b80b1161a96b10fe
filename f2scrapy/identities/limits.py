"""Decide how much an identity may ask, and how long it rests after a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt

from f2scrapy.errors import Outcome

ALL = "*"  # in place of an interface's path: all interfaces together
LONGEST_REST = timedelta(days=1)

# The first rest after a refusal, in parts of `Limits.rest_s`; each further one is twice as long.
# No platform names such times (2026-11): they are ours.
_RESTS = {Outcome.RATE_LIMITED: 0.25, Outcome.RISK_CONTROL: 1.0, Outcome.CAPTCHA: 6.0}


class Limits(BaseModel):
    """The limits of one identity; 0 = none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hourly: Mapping[str, NonNegativeInt] = Field({ALL: 1000})  # requests in 60 min, by path or ALL
    pause_after: int = Field(0, ge=0)  # requests until a pause
    pause_s: float = Field(900.0, ge=0)
    slow_days: int = Field(2, ge=0)  # until the whole budget is used: it grows from day to day
    rest_s: float = Field(3600.0, ge=0)  # after the first refusal

    def get_budget(self, path: str, age: timedelta) -> int | None:
        """Return the requests of 60 min for a path, at this age of the identity; None = any."""
        budget = self.hourly.get(path, 0)
        if not budget:
            return None
        if age.days >= self.slow_days:
            return budget
        return max(1, budget * (age.days + 1) // (self.slow_days + 1))

    def compute_rest(self, outcome: Outcome, earlier: int) -> timedelta | None:
        """Return how long an identity rests after this outcome of a run; None = it does not.

        `earlier` counts the refusals in a row before this one.
        """
        part = _RESTS.get(outcome)
        if part is None:
            return None
        seconds = self.rest_s * part * 2.0 ** min(earlier, 20)
        return min(timedelta(seconds=seconds), LONGEST_REST)


def find_end(used: Mapping[datetime, int], slot: timedelta) -> datetime:
    """Return when the first requests of a window are older than 60 min; `used` is by slot."""
    return min(used) + slot + timedelta(hours=1)
