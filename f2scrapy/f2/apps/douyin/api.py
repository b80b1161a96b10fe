"""The addresses of Douyin's interfaces, by F2's names."""

from __future__ import annotations

from typing import ClassVar


class DouyinAPIEndpoints:
    """Addresses; those of `f2scrapy.platforms` are requested."""

    USER_DETAIL: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/user/profile/other/"
    USER_POST: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/aweme/post/"
    USER_FAVORITE_A: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/aweme/favorite/"
    USER_FAVORITE_B: ClassVar[str] = "https://www.iesdouyin.com/web/api/v2/aweme/like/"
    USER_COLLECTION: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/aweme/listcollection/"
    USER_COLLECTS: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/collects/list/"
    USER_COLLECTS_VIDEO: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/collects/video/list/"
    USER_MUSIC_COLLECTION: ClassVar[str] = (
        "https://www.douyin.com/aweme/v1/web/music/listcollection/"
    )
    MIX_AWEME: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/mix/aweme/"
    POST_DETAIL: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/aweme/detail/"
    POST_COMMENT: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/comment/list/"
    POST_COMMENT_REPLY: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/comment/list/reply/"
    POST_COMMENT_PUBLISH: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/comment/publish"
    POST_COMMENT_DELETE: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/comment/delete/"
    POST_COMMENT_DIGG: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/comment/digg"
    TAB_FEED: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/tab/feed/"
    FOLLOW_FEED: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/follow/feed/"
    FRIEND_FEED: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/familiar/feed/"
    POST_RELATED: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/aweme/related/"
    USER_FOLLOWING: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/user/following/list/"
    USER_FOLLOWER: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/user/follower/list/"
    LOCATE_POST: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/locate/post/"
    POST_SEARCH: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/general/search/single/"
    HOME_POST_SEARCH: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/home/search/item/"
    SUGGEST_WORDS: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/api/suggest_words/"
    QUERY_USER: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/query/user/"
    POST_STATS: ClassVar[str] = "https://www.douyin.com/aweme/v2/web/aweme/stats/"
    FOLLOW_USER_LIVE: ClassVar[str] = "https://www.douyin.com/webcast/web/feed/follow/"
    LIVE_INFO: ClassVar[str] = "https://live.douyin.com/webcast/room/web/enter/"
    LIVE_INFO_ROOM_ID: ClassVar[str] = "https://webcast.amemv.com/webcast/room/reflow/info/"
    LIVE_USER_INFO: ClassVar[str] = "https://live.douyin.com/webcast/user/me/"
    LIVE_IM_FETCH: ClassVar[str] = "https://live.douyin.com/webcast/im/fetch/"
    LIVE_IM_WSS: ClassVar[str] = "wss://webcast5-ws-web-hl.douyin.com/webcast/im/push/v2/"
    USER_LIVE_STATUS: ClassVar[str] = (
        "https://live.douyin.com/webcast/distribution/check_user_live_status/"
    )
    USER_HISTORY: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/history/read/"
    SLIDES_AWEME: ClassVar[str] = "https://www.iesdouyin.com/web/api/v2/aweme/slidesinfo/"
    USER_SHORT_INFO: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/im/user/info/"
    BASE_AWEME: ClassVar[str] = "https://www.douyin.com/aweme/v1/web/aweme/"
