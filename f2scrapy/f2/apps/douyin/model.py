"""The request models of Douyin's interfaces, by F2's names."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.f2.models import Model
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.douyin.endpoints import (
    comments,
    favorites,
    feeds,
    follows,
    guests,
    live,
    mixes,
    posts,
    search,
    users,
)


class UserProfile(Model):
    """sec_user_id."""

    kind: ClassVar[type[Endpoint]] = users.UserProfile


class UserPost(Model):
    """sec_user_id, max_cursor, count."""

    kind: ClassVar[type[Endpoint]] = posts.UserPost


class UserLike(Model):
    """sec_user_id, max_cursor, count."""

    kind: ClassVar[type[Endpoint]] = favorites.UserLike


class UserCollection(Model):
    """cursor, count."""

    kind: ClassVar[type[Endpoint]] = favorites.UserCollection


class UserCollects(Model):
    """cursor, count."""

    kind: ClassVar[type[Endpoint]] = favorites.UserCollects


class UserCollectsVideo(Model):
    """collects_id, cursor, count."""

    kind: ClassVar[type[Endpoint]] = favorites.UserCollectsVideo


class UserMusicCollection(Model):
    """cursor, count."""

    kind: ClassVar[type[Endpoint]] = favorites.UserMusicCollection


class UserMix(Model):
    """mix_id, cursor, count."""

    kind: ClassVar[type[Endpoint]] = mixes.MixPosts


class PostDetail(Model):
    """aweme_id."""

    kind: ClassVar[type[Endpoint]] = posts.PostDetail


class PostComment(Model):
    """aweme_id, cursor, count."""

    kind: ClassVar[type[Endpoint]] = comments.PostComment


class PostCommentReply(Model):
    """item_id, comment_id, cursor, count."""

    kind: ClassVar[type[Endpoint]] = comments.CommentReply


class PostFeed(Model):
    """count, refresh_index."""

    kind: ClassVar[type[Endpoint]] = feeds.HomeFeed


class FollowFeed(Model):
    """cursor, level, count."""

    kind: ClassVar[type[Endpoint]] = feeds.FollowFeed


class FriendFeed(Model):
    """cursor, level, pull_type."""

    kind: ClassVar[type[Endpoint]] = feeds.FriendFeed


class PostRelated(Model):
    """aweme_id, filterGids, count."""

    kind: ClassVar[type[Endpoint]] = feeds.RelatedPosts


class UserLive(Model):
    """web_rid, room_id_str."""

    kind: ClassVar[type[Endpoint]] = live.LiveEnter


class UserLive2(Model):
    """room_id."""

    kind: ClassVar[type[Endpoint]] = live.LiveReflow


class FollowingUserLive(Model):
    """scene."""

    kind: ClassVar[type[Endpoint]] = live.FollowingLive


class PostLocate(Model):
    """sec_user_id, max_cursor, locate_item_id."""

    kind: ClassVar[type[Endpoint]] = posts.LocatePost


class UserFollowing(Model):
    """user_id or sec_user_id, offset, count, source_type."""

    kind: ClassVar[type[Endpoint]] = follows.UserFollowing


class UserFollower(Model):
    """user_id or sec_user_id, offset, count, source_type."""

    kind: ClassVar[type[Endpoint]] = follows.UserFollower


class LiveImFetch(Model):
    """room_id, cursor, internal_ext; the identity's user_unique_id is sent."""

    kind: ClassVar[type[Endpoint]] = live.LiveMessages
    unused: ClassVar[tuple[str, ...]] = ("user_unique_id",)


class LiveWebcast(Model):
    """room_id, cursor, internal_ext; the identity's user_unique_id is sent."""

    kind: ClassVar[type[Endpoint]] = live.LiveSocket
    unused: ClassVar[tuple[str, ...]] = ("user_unique_id", "signature")


class QueryUser(Model):
    """No parameters."""

    kind: ClassVar[type[Endpoint]] = guests.QueryUser


class HomePostSearch(Model):
    """from_user, keyword, search_id, offset, count."""

    kind: ClassVar[type[Endpoint]] = search.HomePostSearch


class SuggestWord(Model):
    """query, count."""

    kind: ClassVar[type[Endpoint]] = search.SuggestWords


class UserLiveStatus(Model):
    """user_ids."""

    kind: ClassVar[type[Endpoint]] = live.UserLiveStatus
