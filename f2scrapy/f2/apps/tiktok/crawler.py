"""Request TikTok's interfaces by models, and receive the messages of rooms."""

from __future__ import annotations

from typing import ClassVar

from f2scrapy.f2.requests import Crawler
from f2scrapy.f2.webcast import WebSocketCrawler


class TiktokCrawler(Crawler):
    """One method for each interface; each takes its model and returns the decoded answer."""

    platform: ClassVar[str] = "tiktok"

    fetch_user_profile = Crawler.fetch_answer
    fetch_user_post = Crawler.fetch_answer
    fetch_user_like = Crawler.fetch_answer
    fetch_user_collect = Crawler.fetch_answer
    fetch_user_play_list = Crawler.fetch_answer
    fetch_user_mix = Crawler.fetch_answer
    fetch_post_detail = Crawler.fetch_answer
    fetch_post_comment = Crawler.fetch_answer
    fetch_post_recommend = Crawler.fetch_answer
    fetch_post_feed = Crawler.fetch_answer
    fetch_post_search = Crawler.fetch_answer
    fetch_user_live = Crawler.fetch_answer
    fetch_check_live_alive = Crawler.fetch_answer
    fetch_live_im_fetch = Crawler.fetch_answer


class TiktokWebSocketCrawler(WebSocketCrawler):
    """Messages of a room."""

    platform: ClassVar[str] = "tiktok"
    methods: ClassVar[tuple[str, ...]] = (
        "WebcastChatMessage",
        "WebcastMemberMessage",
        "WebcastRoomUserSeqMessage",
        "WebcastGiftMessage",
        "WebcastSocialMessage",
        "WebcastLikeMessage",
        "WebcastLinkMicFanTicketMethod",
        "WebcastLinkMicMethod",
        "UserFanTicket",
        "WebcastLinkMessage",
        "WebcastLinkMicBattle",
        "WebcastLinkLayerMessage",
        "WebcastRoomMessage",
        "WebcastOecLiveShoppingMessage",
        "WebcastOecLiveManagerMessage",
        "WebcastInRoomBannerMessage",
        "WebcastAnchorToolModificationMessage",
    )
