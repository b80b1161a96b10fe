"""The account that a browser's cookies belong to, and whether the platform still accepts them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


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
