"""The addresses of Tiktok's interfaces, by F2's names."""

from __future__ import annotations

from typing import ClassVar


class TiktokAPIEndpoints:
    """Addresses; those of `f2scrapy.platforms` are requested."""

    USER_POST: ClassVar[str] = "https://www.tiktok.com/api/post/item_list/"
    USER_DETAIL: ClassVar[str] = "https://www.tiktok.com/api/user/detail/"
    USER_LIKE: ClassVar[str] = "https://www.tiktok.com/api/favorite/item_list/"
    USER_COLLECT: ClassVar[str] = "https://www.tiktok.com/api/user/collect/item_list/"
    USER_MIX: ClassVar[str] = "https://www.tiktok.com/api/mix/item_list/"
    USER_PLAY_LIST: ClassVar[str] = "https://www.tiktok.com/api/user/playlist/"
    AWEME_DETAIL: ClassVar[str] = "https://www.tiktok.com/api/item/detail/"
    POST_COMMENT: ClassVar[str] = "https://www.tiktok.com/api/comment/list/"
    HOME_RECOMMEND: ClassVar[str] = "https://www.tiktok.com/api/recommend/item_list/"
    GUESS_YOU_LIKE: ClassVar[str] = "https://www.tiktok.com/api/related/item_list/"
    POST_SEARCH: ClassVar[str] = "https://www.tiktok.com/api/search/item/full/"
    USER_LIVE: ClassVar[str] = "https://www.tiktok.com/api-live/user/room/"
    CHECK_LIVE_ALIVE: ClassVar[str] = "https://webcast.tiktok.com/webcast/room/check_alive/"
    LIVE_IM_FETCH: ClassVar[str] = "https://webcast.tiktok.com/webcast/im/fetch/"
    LIVE_IM_WSS: ClassVar[str] = (
        "wss://webcast16-ws-alisg.tiktok.com/webcast/im/ws_proxy/ws_reuse_supplement/"
    )
    LOGIN_ENDPOINT: ClassVar[str] = "https://www.tiktok.com/login/"
