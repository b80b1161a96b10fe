"""The account that a browser's cookies belong to, and whether the platform still accepts them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from f2scrapy.text import CHINA

NOTICE = timedelta(days=7)  # before the end of a login; a weekly run says it once or twice


class LoginState(StrEnum):
    """What is known about the login of a run."""

    NONE = "none"  # no cookies of a login were given: a guest
    VALID = "valid"  # the platform accepted it when the run began
    EXPIRED = "expired"  # its cookies have expired, or the platform refused it
    UNCHECKED = "unchecked"  # the platform did not say: it is used, and may be refused later


class AccountOwner(BaseModel):
    """The user that a login belongs to; fields are "" if the platform does not name them."""

    model_config = ConfigDict(frozen=True)

    sec_user_id: str
    unique_id: str = ""  # the name that the user chose, without @
    nickname: str = ""


def ends_soon(end: datetime | None, now: datetime) -> bool:
    """Return whether a login ends within NOTICE; None = its end is not known. Both are aware."""
    return end is not None and end - now <= NOTICE


def describe_end(end: datetime) -> str:
    """Return the day on which a login ends, in words, and what to do."""
    return (
        f"The login ends on {end.astimezone(CHINA):%Y-%m-%d}: log in again, by `f2scrapy login` or"
        " in the browser of F2_COOKIES, and export its cookies again if that is a file."
    )
