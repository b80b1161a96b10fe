"""Live statuses of Douyin users."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider, Owner
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
    wants = ("sec_user_id", "uid")

    def first(self, link: Link) -> UserLiveStatus:
        return UserLiveStatus(user_ids=link.id)

    def owner(self, link: Link) -> Owner | None:
        if link.kind == "uid":
            return None
        return Owner(UserProfile(sec_user_id=link.id), User)

    def first_of(self, link: Link, owner: User) -> UserLiveStatus:  # noqa: ARG002
        return UserLiveStatus(user_ids=owner.uid)
