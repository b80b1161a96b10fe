"""Live statuses of Douyin users."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.live import UserLiveStatus
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.live import UserOnAir
from f2scrapy.platforms.douyin.items.users import User


class DouyinLiveStatusSpider(ApiSpider):
    """Yields a `UserOnAir` for each user: its live status, and the broadcast's room_id.

    scrapy crawl douyin_live_status -a url="https://www.douyin.com/user/MS4w... 74803430932"

    A link costs one request more than the numeric uid, which the interface requires.
    """

    name = "douyin_live_status"
    mode = "live_status"
    args: LinkArgs
    item = UserOnAir
    endpoints = (UserLiveStatus,)
    wants = ("sec_user_id", "uid")

    def build_first_page(self, link: Link) -> UserLiveStatus:
        return UserLiveStatus(user_ids=link.id)

    def find_owner(self, link: Link) -> Owner | None:
        if link.kind == "uid":
            return None
        return Owner(UserProfile(sec_user_id=link.id), User)

    def build_first_page_for(self, link: Link, owner: User) -> UserLiveStatus:  # noqa: ARG002
        return UserLiveStatus(user_ids=owner.uid)
