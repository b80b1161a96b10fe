"""Fetch Douyin's data as filters, and download by mode, by F2's names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from f2scrapy.api.retry import call_with_retries
from f2scrapy.browser.login import SECONDS, LoginResult
from f2scrapy.errors import InputError
from f2scrapy.f2.apps.douyin import filter as kinds
from f2scrapy.f2.apps.douyin.crawler import DouyinWebSocketCrawler
from f2scrapy.f2.apps.douyin.db import AsyncUserDB
from f2scrapy.f2.apps.douyin.login import log_in
from f2scrapy.f2.apps.douyin.model import LiveWebcast
from f2scrapy.f2.arguments import open_session
from f2scrapy.f2.handling import Handler, choose_lists, make_runner, read_pages
from f2scrapy.f2.webcast import Callback
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
from f2scrapy.platforms.douyin.items.comments import Comment
from f2scrapy.platforms.douyin.items.favorites import CollectsFolder, Sound
from f2scrapy.platforms.douyin.items.feeds import FeedPost
from f2scrapy.platforms.douyin.items.follows import ListedUser
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.search import FoundPost

_People = TypeVar("_People", bound=kinds.UserFollowingFilter)


def _make_people_list(
    by_order: Mapping[int, type[follows.FollowList]], kind: type[_People], order: int
) -> Callable[..., AsyncIterator[_People]]:
    """Return a method that yields the users of a list of people; `order` is its usual one."""

    def fetch_people(
        self: Handler,
        user_id: str = "",
        sec_user_id: str = "",
        offset: int = 0,
        count: int = 20,
        source_type: int = order,
        min_time: int = 0,
        max_time: int = 0,
        max_counts: float | None = None,
    ) -> AsyncIterator[_People]:
        """Yield users; times in s since 1970.

        `source_type` of the followed: 1 = the latest first, 3 = the oldest first, 4 = the site's
        order; of followers: 1 or 2.

        Raises:
            InputError: there is no such order, or no id.
        """
        if source_type not in by_order:
            orders = ", ".join(map(str, by_order))
            raise InputError(f"source_type={source_type}: there are {orders}")
        if not (user_id or sec_user_id):
            raise InputError("want a user_id or a sec_user_id")
        first = by_order[source_type](
            user_id=str(user_id), sec_user_id=sec_user_id, offset=offset, min_time=min_time,
            max_time=max_time, source_type=source_type,
        )  # fmt: skip
        return self._read_list(first, ListedUser, kind, count, max_counts)

    return fetch_people


class DouyinHandler(Handler):
    """F2's handler of Douyin. Lists are async generators of pages; `max_counts` None = all."""

    platform: ClassVar[str] = "douyin"

    # Downloads by mode: url, limits and files from kwargs

    handle_one_video = make_runner("douyin_post", "Download one work.")
    handle_user_post = make_runner("douyin_user_post", "Download a user's works.")
    handle_user_like = make_runner("douyin_user_like", "Download liked works.")
    handle_user_music_collection = make_runner("douyin_user_music_collection", "Download music.")
    handle_user_collection = make_runner("douyin_user_collection", "Download collected works.")
    handle_user_collects = make_runner("douyin_user_collects_video", "Download collected folders.")
    handle_user_mix = make_runner("douyin_mix", "Download a collection.")
    handle_user_live = make_runner("douyin_live", "Record a room until its broadcast ends.")
    handle_user_feed = make_runner("douyin_feed", "Download recommended works.")
    handle_related = make_runner("douyin_related", "Download works similar to one.")
    handle_friend_feed = make_runner("douyin_friend_feed", "Download friends' works.")

    # Users and works in databases

    async def get_or_add_user_data(
        self, kwargs: Mapping[str, Any], sec_user_id: str, db: AsyncUserDB
    ) -> Path:
        """Store the user's profile, and return the folder of their works, which is created.

        The folder keeps to the user's id: after a change of nickname it is renamed.
        """
        return self._store_user(kwargs, await self.fetch_user_profile(sec_user_id), db)

    # One answer

    async def fetch_user_profile(self, sec_user_id: str) -> kinds.UserProfileFilter:
        """Return a user's profile."""
        endpoint = users.UserProfile(sec_user_id=sec_user_id)
        return await self._fetch(endpoint, kinds.UserProfileFilter)

    async def fetch_one_video(self, aweme_id: str) -> kinds.PostDetailFilter:
        """Return one work."""
        return await self._fetch(posts.PostDetail(aweme_id=aweme_id), kinds.PostDetailFilter)

    async def fetch_user_live_videos(self, webcast_id: str) -> kinds.UserLiveFilter:
        """Return a room by its web_rid, on air or not."""
        return await self._fetch(live.LiveEnter(web_rid=webcast_id), kinds.UserLiveFilter)

    async def fetch_user_live_videos_by_room_id(self, room_id: str) -> kinds.UserLive2Filter:
        """Return a broadcast by its room_id."""
        return await self._fetch(live.LiveReflow(room_id=room_id), kinds.UserLive2Filter)

    async def fetch_user_live_status(self, user_id: str) -> kinds.UserLiveStatusFilter:
        """Return whether a user (uid) is on air."""
        return await self._fetch(live.UserLiveStatus(user_ids=user_id), kinds.UserLiveStatusFilter)

    async def fetch_user_following_lives(self) -> kinds.FollowingUserLiveFilter:
        """Return the rooms of followed users that are on air; for accounts."""
        return await self._fetch(live.FollowingLive(), kinds.FollowingUserLiveFilter)

    fetch_following_live = fetch_user_following_lives  # the documentation has both names

    async def fetch_query_user(self) -> kinds.QueryUserFilter:
        """Return the ids that the platform gave this visitor."""
        return await self._fetch(guests.QueryUser(), kinds.QueryUserFilter)

    async def fetch_suggest_word(self, keyword: str, count: int = 10) -> kinds.SuggestWordFilter:
        """Return suggested search words."""
        endpoint = search.SuggestWords(keyword=keyword, count=count)
        return await self._fetch(endpoint, kinds.SuggestWordFilter)

    async def fetch_post_stats(self, *_: Any, **__: Any) -> None:
        """Raise an InputError: the interface raises a play counter, and is not offered."""
        raise InputError("fetch_post_stats raises the play counter of a work: it is not offered")

    async def handle_sso_login(self, seconds: float = SECONDS) -> LoginResult:
        """Log in by a QR code in a browser (extra `browser`); return is_login and the cookie.

        The login is saved for later runs (F2_LOGIN), as `f2scrapy login douyin` does. Raises
        InputError without a browser.
        """
        return await log_in(self.kwargs, seconds)

    # Lists of works

    def fetch_user_post_videos(
        self,
        sec_user_id: str,
        min_cursor: int = 0,
        max_cursor: int = 0,
        page_counts: int = 20,
        max_counts: float | None = None,
    ) -> AsyncIterator[kinds.UserPostFilter]:
        """Yield a user's works, newest first; `max_cursor` in ms since 1970, 0 = from the top."""
        cursor, size, limit = self._order_limits(min_cursor, max_cursor, page_counts, max_counts)
        first = posts.UserPost(sec_user_id=sec_user_id, max_cursor=cursor)
        return self._read_list(first, Post, kinds.UserPostFilter, size, limit)

    @read_pages(Post, kinds.UserLikeFilter)
    def fetch_user_like_videos(self, sec_user_id: str, max_cursor: int = 0) -> Endpoint:
        """Yield the works that a user likes, if they are public."""
        return favorites.UserLike(sec_user_id=sec_user_id, max_cursor=max_cursor)

    @read_pages(Post, kinds.UserPostFilter, max_counts=100)
    def fetch_user_feed_videos(self, sec_user_id: str = "", max_cursor: int = 0) -> Endpoint:  # noqa: ARG002 - the feed is that of the visitor
        """Yield recommended works, 100 if `max_counts` is not given. (F2 yields the user's own.)"""
        return feeds.HomeFeed(refresh_index=max_cursor or 1)

    @read_pages(Sound, kinds.UserMusicCollectionFilter)
    def fetch_user_music_collection(self, max_cursor: int = 0) -> Endpoint:
        """Yield the account's collected music."""
        return favorites.UserMusicCollection(cursor=max_cursor)

    @read_pages(Post, kinds.UserCollectionFilter)
    def fetch_user_collection_videos(self, max_cursor: int = 0) -> Endpoint:
        """Yield the account's collected works."""
        return favorites.UserCollection(cursor=max_cursor)

    @read_pages(CollectsFolder, kinds.UserCollectsFilter)
    def fetch_user_collects(self, max_cursor: int = 0) -> Endpoint:
        """Yield the account's folders."""
        return favorites.UserCollects(cursor=max_cursor)

    @read_pages(Post, kinds.UserCollectsVideosFilter)
    def fetch_user_collects_videos(
        self, collects_id: str = "", max_cursor: int = 0, *, collect_id: str = ""
    ) -> Endpoint:
        """Yield the works in a folder of the account. (Both names of its id are documented.)"""
        folder = str(collects_id or collect_id)
        return favorites.UserCollectsVideo(collects_id=folder, cursor=max_cursor)

    async def select_user_collects(
        self, collects: kinds.UserCollectsFilter, answer: str = ""
    ) -> str | list[str]:
        """Return the id of the folder that the user chooses on the terminal, or all ids."""
        ids = list(map(str, collects.collects_id))
        number = await choose_lists(collects.collects_name, ids, answer)
        return ids[number - 1] if number else ids

    @read_pages(Post, kinds.UserMixFilter)
    def fetch_user_mix_videos(self, mix_id: str, max_cursor: int = 0) -> Endpoint:
        """Yield the works of a collection."""
        return mixes.MixPosts(mix_id=str(mix_id), cursor=max_cursor)

    @read_pages(Post, kinds.PostRelatedFilter)
    def fetch_related_videos(self, aweme_id: str, filterGids: str = "") -> Endpoint:
        """Yield works similar to one, without those in `filterGids`, such as "729…,730…,"."""
        return feeds.RelatedPosts.model_validate({"aweme_id": aweme_id, "shown": filterGids})

    @read_pages(FeedPost, kinds.FriendFeedFilter, page_counts=None)
    def fetch_friend_feed_videos(
        self, cursor: int | str = 0, level: int = 1, pull_type: int = 0
    ) -> Endpoint:
        """Yield works of the account's friends."""
        return feeds.FriendFeed(cursor=int(cursor), level=level, pull_type=pull_type)

    @read_pages(FoundPost, kinds.HomePostSearchFilter, page_counts=10)
    def fetch_home_post_search(
        self, from_user: str, keyword: str, search_id: str = "", offset: int = 0
    ) -> Endpoint:
        """Yield a user's works (`from_user` is a uid) that match a keyword."""
        return search.HomePostSearch(
            from_user=from_user, keyword=keyword, search_id=search_id, offset=offset
        )

    # Comments and people

    @read_pages(Comment, kinds.PostCommentFilter)
    def fetch_post_comment(self, aweme_id: str, cursor: int = 0) -> Endpoint:
        """Yield the comments on a work."""
        return comments.PostComment(aweme_id=aweme_id, cursor=cursor)

    @read_pages(Comment, kinds.PostCommentReplyFilter, page_counts=3)
    def fetch_post_comment_reply(self, item_id: str, comment_id: str, cursor: int = 0) -> Endpoint:
        """Yield the replies to a comment on the work `item_id`."""
        return comments.CommentReply(item_id=item_id, comment_id=comment_id, cursor=cursor)

    fetch_user_following = _make_people_list(follows.FOLLOWING, kinds.UserFollowingFilter, 4)
    fetch_user_follower = _make_people_list(follows.FOLLOWERS, kinds.UserFollowerFilter, 1)

    # The messages of a room

    async def fetch_live_im(self, room_id: str, unique_id: str = "") -> kinds.LiveImFetchFilter:
        """Return cursor and internal_ext of a room; `unique_id` is that of `fetch_query_user`."""
        async with open_session(self.platform, self.kwargs) as session:
            if unique_id:
                session.identity.store_token("unique_id", str(unique_id), made_up=True)
            ask = partial(session.ask, live.LiveMessages(room_id=str(room_id)))
            return kinds.LiveImFetchFilter(await call_with_retries(session, ask))

    async def fetch_live_danmaku(
        self,
        room_id: str,
        user_unique_id: str = "",
        internal_ext: str = "",
        cursor: str = "",
        wss_callbacks: Mapping[str, Callback] | None = None,
    ) -> str:
        """Call `wss_callbacks` for each message until the room ends; return why it ended.

        The signature has the identity's own `user_unique_id`.
        """
        params = LiveWebcast(
            room_id=str(room_id), cursor=cursor, internal_ext=internal_ext,
            user_unique_id=user_unique_id,
        )  # fmt: skip
        return await DouyinWebSocketCrawler(self.kwargs, wss_callbacks).fetch_live_danmaku(params)
