"""Request Douyin's interfaces by models, and receive the messages of rooms."""

from __future__ import annotations

from typing import Any, ClassVar

from f2scrapy.errors import InputError
from f2scrapy.f2.requests import Crawler
from f2scrapy.f2.webcast import WebSocketCrawler

LOGIN = (
    "Douyin answers these requests to the scripts of its page alone: log in with a browser, by"
    " `scrapy login douyin`, handle_sso_login(), or f2scrapy.browser.login.BrowserLogin"
)


class DouyinCrawler(Crawler):
    """One method for each interface; each takes its model and returns the decoded answer."""

    platform: ClassVar[str] = "douyin"

    fetch_user_profile = Crawler.fetch_answer
    fetch_user_post = Crawler.fetch_answer
    fetch_user_like = Crawler.fetch_answer
    fetch_user_collection = Crawler.fetch_answer
    fetch_user_collects = Crawler.fetch_answer
    fetch_user_collects_video = Crawler.fetch_answer
    fetch_user_music_collection = Crawler.fetch_answer
    fetch_user_mix = Crawler.fetch_answer
    fetch_post_detail = Crawler.fetch_answer
    fetch_post_comment = Crawler.fetch_answer
    fetch_post_comment_reply = Crawler.fetch_answer
    fetch_post_feed = Crawler.fetch_answer
    fetch_follow_feed = Crawler.fetch_answer
    fetch_friend_feed = Crawler.fetch_answer
    fetch_post_related = Crawler.fetch_answer
    fetch_live = Crawler.fetch_answer
    fetch_live_room_id = Crawler.fetch_answer
    fetch_following_live = Crawler.fetch_answer
    fetch_locate_post = Crawler.fetch_answer
    fetch_user_following = Crawler.fetch_answer
    fetch_user_follower = Crawler.fetch_answer
    fetch_live_im_fetch = Crawler.fetch_answer
    fetch_query_user = Crawler.fetch_answer
    fetch_home_post_search = Crawler.fetch_answer
    fetch_suggest_word = Crawler.fetch_answer
    fetch_user_live_status = Crawler.fetch_answer

    async def refuse_login(self, *_: Any, **__: Any) -> None:
        """Raise an InputError that says how to log in."""
        raise InputError(LOGIN)

    fetch_login_qrcode = fetch_check_qrcode = fetch_check_login = refuse_login


class DouyinWebSocketCrawler(WebSocketCrawler):
    """Messages of a room. The platform sends no WebcastLeaveMessage, no WebcastFollowMessage."""

    platform: ClassVar[str] = "douyin"
    methods: ClassVar[tuple[str, ...]] = (
        "WebcastRoomMessage",
        "WebcastLikeMessage",
        "WebcastMemberMessage",
        "WebcastChatMessage",
        "WebcastLeaveMessage",
        "WebcastFollowMessage",
        "WebcastGiftMessage",
        "WebcastSocialMessage",
        "WebcastRoomUserSeqMessage",
        "WebcastUpdateFanTicketMessage",
        "WebcastCommonTextMessage",
        "WebcastMatchAgainstScoreMessage",
        "WebcastEcomFansClubMessage",
        "WebcastFansclubMessage",
        "WebcastRanklistHourEntranceMessage",
        "WebcastRoomStatsMessage",
        "WebcastLiveShoppingMessage",
        "WebcastLiveEcomGeneralMessage",
        "WebcastProductChangeMessage",
        "WebcastRoomStreamAdaptationMessage",
        "WebcastNotifyEffectMessage",
        "WebcastLightGiftMessage",
        "WebcastProfitInteractionScoreMessage",
        "WebcastRoomRankMessage",
        "WebcastHotRoomMessage",
        "WebcastLinkMicMethod",
        "WebcastLinkerContributeMessage",
        "WebcastEmojiChatMessage",
        "WebcastScreenChatMessage",
        "WebcastRoomDataSyncMessage",
        "WebcastInRoomBannerMessage",
        "WebcastLinkMessage",
        "WebcastBattleTeamTaskMessage",
        "WebcastHotChatMessage",
        "WebcastLinkMicArmiesMethod",
        "WebcastLinkmicPlayModeUpdateScoreMessage",
        "WebcastSandwichBorderMessage",
        "WebcastLuckyBoxTempStatusMessage",
        "WebcastLotteryEventMessage",
        "WebcastLotteryEventNewMessage",
        "WebcastDecorationUpdateMessage",
        "WebcastDecorationModifyMethod",
        "WebcastLinkSettingNotifyMessage",
        "WebcastLinkMicBattleMethod",
        "WebcastExhibitionChatMessage",
    )
