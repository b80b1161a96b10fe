"""Compute followers and commenters; nothing is stored."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import NamedTuple

from f2scrapy.sandbox.catalogue import NEWEST, User

_STEP_S = 300  # between two follows, minus up to _JITTER_S
_JITTER_S = 200


class Stranger(NamedTuple):
    """A person without works; `digest`, 48 bytes, identifies the person."""

    digest: bytes

    @classmethod
    def from_name(cls, name: str) -> Stranger:
        return cls(blake2b(name.encode(), digest_size=48).digest())

    @property
    def uid(self) -> str:
        return str(60_000_000_000 + int.from_bytes(self.digest[:4], "big"))

    @property
    def sec_user_id(self) -> str:
        return f"MS4wLjABAAAA{urlsafe_b64encode(self.digest).decode()}"


def get_person(user: User, key: str, position: int) -> Stranger:
    """Return the person at `position` of a user's "followings" or "followers", 0 = latest."""
    return Stranger.from_name(f"{user.name}-{key}-{position}")


def count_people(user: User, key: str) -> int:
    """Return the number of people in a list of the user."""
    return user.followers if key == "followers" else user.following


def compute_follow_time(position: int) -> int:
    """Return when the person at `position` was added to a list: s since 1970, 0 = latest."""
    jitter = (position * 2_654_435_761 >> 7) % _JITTER_S
    return int(NEWEST.timestamp()) - position * _STEP_S - jitter
