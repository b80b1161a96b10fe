"""Who follows whom, and who talks: people of no other consequence, computed and never kept."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import NamedTuple

from f2scrapy.sandbox.catalogue import NEWEST, User

_STEP_S = 300  # between two follows, less up to _JITTER_S
_JITTER_S = 200


class Stranger(NamedTuple):
    """Somebody; `digest`, 48 bytes, tells this one from everybody else."""

    digest: bytes

    @classmethod
    def called(cls, name: str) -> Stranger:
        return cls(blake2b(name.encode(), digest_size=48).digest())

    @property
    def uid(self) -> str:
        return str(60_000_000_000 + int.from_bytes(self.digest[:4], "big"))

    @property
    def sec_user_id(self) -> str:
        return f"MS4wLjABAAAA{urlsafe_b64encode(self.digest).decode()}"


def follow(user: User, key: str, position: int) -> Stranger:
    """Who stands at `position` of a user's "followings" or "followers", 0 the latest."""
    return Stranger.called(f"{user.name}-{key}-{position}")


def count_of(user: User, key: str) -> int:
    """How many people are in a list of this user's."""
    return user.followers if key == "followers" else user.following


def followed_at(position: int) -> int:
    """When the person at `position` of a list came into it: s since 1970, 0 the latest."""
    jitter = (position * 2_654_435_761 >> 7) % _JITTER_S
    return int(NEWEST.timestamp()) - position * _STEP_S - jitter
