"""The request models of Tiktok's interfaces, by F2's names."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.f2.models import Model
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.tiktok.endpoints import comments, live, mixes, posts, search, users


class UserProfile(Model):
    """secUid or uniqueId."""

    kind: ClassVar[type[Endpoint]] = users.UserProfile


class UserPost(Model):
    """secUid, cursor, count, coverFormat."""

    kind: ClassVar[type[Endpoint]] = posts.UserPost


class UserLike(Model):
    """secUid, cursor, count."""

    kind: ClassVar[type[Endpoint]] = posts.UserLike


class UserCollect(Model):
    """secUid, cursor, count."""

    kind: ClassVar[type[Endpoint]] = posts.UserCollect


class UserMix(Model):
    """mixId, cursor, count."""

    kind: ClassVar[type[Endpoint]] = mixes.MixPosts


class UserPlayList(Model):
    """secUid, cursor, count."""

    kind: ClassVar[type[Endpoint]] = mixes.UserPlaylist


class PostDetail(Model):
    """itemId."""

    kind: ClassVar[type[Endpoint]] = posts.PostDetail


class PostComment(Model):
    """aweme_id, cursor, count."""

    kind: ClassVar[type[Endpoint]] = comments.PostComment


class PostRecommend(Model):
    """count."""

    kind: ClassVar[type[Endpoint]] = posts.HomeFeed


class PostSearch(Model):
    """keyword, offset, count, search_id."""

    kind: ClassVar[type[Endpoint]] = search.ItemSearch


class UserLive(Model):
    """uniqueId."""

    kind: ClassVar[type[Endpoint]] = live.LiveEnter


class CheckLiveAlive(Model):
    """room_ids: one, or several with commas between."""

    kind: ClassVar[type[Endpoint]] = live.RoomAlive


class LiveImFetch(Model):
    """room_id, cursor, internal_ext."""

    kind: ClassVar[type[Endpoint]] = live.LiveMessages


class LiveWebcast(Model):
    """room_id, cursor, internal_ext, route."""

    kind: ClassVar[type[Endpoint]] = live.LiveSocket
