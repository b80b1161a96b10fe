"""Fetch TikTok's data as filters, and download by mode, by F2's names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from f2scrapy.errors import InputError
from f2scrapy.f2.apps.tiktok import filter as kinds
from f2scrapy.f2.apps.tiktok.crawler import TiktokWebSocketCrawler
from f2scrapy.f2.apps.tiktok.db import AsyncUserDB
from f2scrapy.f2.apps.tiktok.model import LiveWebcast
from f2scrapy.f2.handling import Handler, choose_lists, make_runner, read_pages
from f2scrapy.f2.webcast import Callback
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.tiktok.endpoints import live, mixes, posts, search, users
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.search import FoundPost


class TiktokHandler(Handler):
    """F2's handler of TikTok. Lists are async generators of pages; `max_counts` None = all."""

    platform: ClassVar[str] = "tiktok"

    # Downloads by mode: url, limits and files from kwargs

    handle_one_video = make_runner("tiktok_post", "Download one work.")
    handle_user_post = make_runner("tiktok_user_post", "Download a user's works.")
    handle_user_like = make_runner("tiktok_user_like", "Download liked works.")
    handle_user_collect = make_runner("tiktok_user_collect", "Download collected works.")
    handle_user_mix = make_runner("tiktok_mix", "Download a user's playlists.")
    handle_user_live = make_runner("tiktok_live", "Record a room until its broadcast ends.")
    handle_user_feed = make_runner("tiktok_feed", "Download recommended works.")
    handle_search = make_runner("tiktok_search", "Download works that match a keyword.")

    # Users and works in databases

    async def get_or_add_user_data(
        self, *given: Any, secUid: str = "", uniqueId: str = "", **named: Any
    ) -> Path:
        """Store the user's profile, and return the folder of their works, which is created.

        The arguments are (kwargs, secUid, db), or (secUid, db): the documentation has both, and
        names. The folder keeps to the user's id: after a change of name it is renamed.

        Raises:
            InputError: there is no user, or no AsyncUserDB.
        """
        values = [*given, *named.values()]
        kwargs = next((one for one in values if isinstance(one, Mapping)), self.kwargs)
        db = next((one for one in values if isinstance(one, AsyncUserDB)), None)
        sec_user_id = secUid or next((one for one in given if isinstance(one, str)), "")
        if db is None:
            raise InputError("get_or_add_user_data: want an AsyncUserDB")
        return self._store_user(kwargs, await self.fetch_user_profile(sec_user_id, uniqueId), db)

    async def get_user_nickname(self, secUid: str, db: AsyncUserDB) -> str:
        """Return the nickname from the database, or from the platform, then stored."""
        row = await db.get_user_info(secUid)
        if not row.get("nickname_raw"):
            row = (await self.fetch_user_profile(secUid))._to_dict()
            db.store(row)
        return str(row["nickname_raw"])

    # One answer

    async def fetch_user_profile(
        self, secUid: str = "", uniqueId: str = ""
    ) -> kinds.UserProfileFilter:
        """Return a user's profile, by either id.

        Raises:
            InputError: both are empty.
        """
        if not (secUid or uniqueId):
            raise InputError("want a secUid or a uniqueId")
        endpoint = users.UserProfile(sec_user_id=secUid, unique_id=uniqueId)
        return await self._fetch(endpoint, kinds.UserProfileFilter)

    handler_user_profile = fetch_user_profile  # the documentation's other name

    async def fetch_one_video(self, itemId: str) -> kinds.PostDetailFilter:
        """Return one work."""
        return await self._fetch(posts.PostDetail(aweme_id=itemId), kinds.PostDetailFilter)

    async def fetch_play_list(
        self, secUid: str, cursor: int = 0, page_counts: int = 20
    ) -> kinds.UserPlayListFilter:
        """Return a page of a user's playlists."""
        size = max(1, min(page_counts, mixes.UserPlaylist.max_page_size))
        endpoint = mixes.UserPlaylist(sec_user_id=secUid, cursor=cursor, count=size)
        return await self._fetch(endpoint, kinds.UserPlayListFilter)

    async def select_playlist(self, playlist: Any, answer: str = "") -> int:
        """Return the number of the playlist that the user chooses on the terminal; 0 = all."""
        return await choose_lists(playlist.get("mixName"), playlist.get("mixId"), answer)

    async def fetch_user_live_videos(self, uniqueId: str) -> kinds.UserLiveFilter:
        """Return the room of a user, on air or not."""
        return await self._fetch(live.LiveEnter(unique_id=uniqueId), kinds.UserLiveFilter)

    async def fetch_check_live_alive(self, room_ids: str) -> kinds.CheckLiveAliveFilter:
        """Return whether rooms are on air; `room_ids` with commas between."""
        return await self._fetch(live.RoomAlive(room_id=room_ids), kinds.CheckLiveAliveFilter)

    # Lists

    def fetch_user_post_videos(
        self,
        secUid: str,
        min_cursor: int = 0,
        max_cursor: int = 0,
        page_counts: int = 20,
        max_counts: float | None = None,
        *,
        cursor: int = 0,
    ) -> AsyncIterator[kinds.UserPostFilter]:
        """Yield a user's works, newest first; `cursor` in ms since 1970, 0 = from the top."""
        start, size, limit = self._order_limits(min_cursor, max_cursor, page_counts, max_counts)
        first = posts.UserPost(sec_user_id=secUid, cursor=cursor or start)
        return self._read_list(first, Post, kinds.UserPostFilter, size, limit)

    @read_pages(Post, kinds.UserLikeFilter)
    def fetch_user_like_videos(self, secUid: str, cursor: int = 0) -> Endpoint:
        """Yield the works that a user likes, if they are public."""
        return posts.UserLike(sec_user_id=secUid, cursor=cursor)

    @read_pages(Post, kinds.UserCollectFilter)
    def fetch_user_collect_videos(self, secUid: str, cursor: int = 0) -> Endpoint:
        """Yield the works that a user collected, if they are public."""
        return posts.UserCollect(sec_user_id=secUid, cursor=cursor)

    @read_pages(Post, kinds.UserMixFilter)
    def fetch_user_mix_videos(self, mixId: str, cursor: int = 0) -> Endpoint:
        """Yield the works of a playlist."""
        return mixes.MixPosts(mix_id=str(mixId), cursor=cursor)

    @read_pages(FoundPost, kinds.PostSearchFilter)
    def fetch_search_videos(self, keyword: str, offset: int = 0) -> Endpoint:
        """Yield works that match a keyword."""
        return search.ItemSearch(keyword=keyword, offset=offset)

    # The messages of a room

    async def fetch_live_im(self, room_id: str) -> SimpleNamespace:
        """Return where a room's messages begin: cursor, internalExt, routeParams.wrss."""
        answer = await self._ask(live.LiveMessages(room_id=str(room_id)))
        route = SimpleNamespace(**{"wrss": "", **answer["route_params"]})
        return SimpleNamespace(
            cursor=answer["cursor"], internalExt=answer["internal_ext"], routeParams=route
        )

    async def fetch_live_danmaku(
        self,
        room_id: str,
        internal_ext: str = "",
        cursor: str = "",
        wrss: str = "",
        wss_callbacks: Mapping[str, Callback] | None = None,
    ) -> str:
        """Call `wss_callbacks` for each message until the room ends; return why it ended."""
        params = LiveWebcast(
            room_id=str(room_id), cursor=cursor, internal_ext=internal_ext, route={"wrss": wrss}
        )
        return await TiktokWebSocketCrawler(self.kwargs, wss_callbacks).fetch_live_danmaku(params)
