"""Request Douyin's interfaces by models, and receive the messages of rooms."""

from __future__ import annotations

from typing import Any, ClassVar

from f2scrapy.api.proxy import use_proxy
from f2scrapy.browser.login import BrowserLogin, LoginResult
from f2scrapy.f2.arguments import read_options, read_proxy
from f2scrapy.f2.requests import Crawler
from f2scrapy.f2.webcast import WebSocketCrawler


class DouyinCrawler(Crawler):
    """One method for each interface; each takes its model and returns the decoded answer."""

    _login: BrowserLogin | None = None
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

    # The login: a browser shows its page until the crawler is closed (extra `browser`)

    async def fetch_login_qrcode(self, *_: Any) -> str:
        """Return the link of the present QR code; the app scans it (see `utils.show_qrcode`)."""
        return await (await self._open_login()).get_qrcode()

    async def fetch_check_qrcode(self, *_: Any) -> str:
        """Return the state of the code: new, scanned, confirmed, refused or expired."""
        return str(await (await self._open_login()).get_state())

    async def fetch_check_login(self, *_: Any) -> LoginResult:
        """Return is_login and the cookie; a login is saved for later runs (F2_LOGIN)."""
        login = await self._open_login()
        result = await login.check_login()
        if result.is_login:
            await login.save()
        return result

    async def _open_login(self) -> BrowserLogin:
        """Return the browser, opened at the first call.

        Raises:
            InputError: there is no browser.
        """
        if self._login is None:
            login = BrowserLogin(self.platform, window=False, **read_options(self.kwargs))
            with use_proxy(read_proxy(self.kwargs)):
                self._login = await login.__aenter__()
        return self._login

    async def __aexit__(self, *raised: Any) -> None:
        if self._login is not None:
            await self._login.__aexit__(*raised)
        await super().__aexit__(*raised)


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
