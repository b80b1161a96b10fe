"""Encrypt what an identity of the pool is: its login, its proxy, and the file of its guest.

The key is in the environment (F2_KEY), and never beside the database.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from pydantic import BaseModel, ConfigDict, Field

from f2scrapy.api.login_file import SavedLogin
from f2scrapy.errors import InputError

KEY = "F2_KEY"  # name in the environment


class Credentials(BaseModel):
    """The secrets of one identity."""

    model_config = ConfigDict(frozen=True)

    login: SavedLogin | None = Field(None, repr=False)  # None = a guest
    proxy: str = Field("", repr=False)  # "" = that of the environment
    guest: dict[str, Any] = Field({}, repr=False)  # its screen, tokens and passes: `Identity`


def make_key() -> str:
    """Return a new key for F2_KEY."""
    return Fernet.generate_key().decode()


def encrypt(credentials: Credentials, environment: Mapping[str, str] = os.environ) -> str:
    """Return the credentials as text that needs the key of the environment.

    Raises:
        InputError: the environment has no usable key.
    """
    return _read_key(environment).encrypt(credentials.model_dump_json().encode()).decode()


def decrypt(name: str, text: str, environment: Mapping[str, str] = os.environ) -> Credentials:
    """Return the credentials of the identity `name`.

    Raises:
        InputError: the environment has no usable key, or another one than they were saved with.
    """
    try:
        return Credentials.model_validate_json(_read_key(environment).decrypt(text))
    except (InvalidToken, ValueError):
        raise InputError(
            f"identity {name}: {KEY} is not the key that it was saved with; set that key, or"
            f" remove the identity and add it again"
        ) from None


def _read_key(environment: Mapping[str, str]) -> Fernet:
    key = environment.get(KEY, "")
    if not key:
        raise InputError(
            f"{KEY} is not set: identities are encrypted with it; `f2scrapy identity key` prints"
            f" a new one"
        )
    try:
        return Fernet(key)
    except ValueError:
        raise InputError(f"{KEY}: this is no key; `f2scrapy identity key` prints one") from None
