"""The filters of Douyin's answers; fields.yaml has their attributes."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.f2.filters import Filter


class _Filter(Filter):
    platform: ClassVar[str] = "douyin"


class UserProfileFilter(_Filter):
    """The profile of a user."""


class UserPostFilter(_Filter):
    """A page of a user's works."""


class UserCollectionFilter(UserPostFilter):
    """A page of collected works."""


class UserCollectsFilter(_Filter):
    """A page of the account's folders."""


class UserMusicCollectionFilter(_Filter):
    """A page of collected music."""


class UserMixFilter(UserPostFilter):
    """A page of a collection's works."""


class UserLikeFilter(UserPostFilter):
    """A page of liked works."""


class UserFollowingFilter(_Filter):
    """A page of followed users."""


class UserFollowerFilter(UserFollowingFilter):
    """A page of followers."""


class PostDetailFilter(_Filter):
    """One work."""


class PostCommentFilter(_Filter):
    """A page of comments."""


class PostCommentReplyFilter(PostCommentFilter):
    """A page of replies."""


class UserLiveFilter(_Filter):
    """A room, by its web_rid."""


class UserLive2Filter(_Filter):
    """A broadcast, by its room_id."""


class UserLiveStatusFilter(_Filter):
    """The state of a user: on air or not."""


class PostRelatedFilter(UserPostFilter):
    """A page of similar works."""


class FriendFeedFilter(_Filter):
    """A page of friends' works."""


class LiveImFetchFilter(_Filter):
    """The cursor of a room's messages."""


class QueryUserFilter(_Filter):
    """The ids of the visitor."""


class FollowingUserLiveFilter(_Filter):
    """Rooms of followed users."""


class PostStatsFilter(_Filter):
    """The answer of the play counter, which is not requested here."""


class HomePostSearchFilter(_Filter):
    """A page of a user's works that match a keyword."""


class SuggestWordFilter(_Filter):
    """Suggested search words."""


class UserCollectsVideosFilter(UserCollectionFilter):
    """Works in a folder: the seed's name of UserCollectionFilter."""
