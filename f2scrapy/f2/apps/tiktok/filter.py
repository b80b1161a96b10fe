"""The filters of Tiktok's answers; fields.yaml has their attributes."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.f2.filters import Filter


class _Filter(Filter):
    platform: ClassVar[str] = "tiktok"


class UserProfileFilter(_Filter):
    """The profile of a user."""


class UserPostFilter(_Filter):
    """A page of a user's works."""


class UserCollectFilter(UserPostFilter):
    """A page of collected works."""


class UserMixFilter(UserPostFilter):
    """A page of a playlist's works."""


class UserLikeFilter(UserPostFilter):
    """A page of liked works."""


class UserPlayListFilter(_Filter):
    """A user's playlists."""


class PostDetailFilter(_Filter):
    """One work."""


class PostSearchFilter(_Filter):
    """A page of search results."""


class UserLiveFilter(_Filter):
    """The room of a user."""


class CheckLiveAliveFilter(_Filter):
    """The states of rooms: on air or not."""
