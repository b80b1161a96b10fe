"""Works of the users that a Douyin account follows."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.feeds import FollowFeed
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.feeds import FeedPost
from f2scrapy.platforms.douyin.items.users import User


class DouyinFollowFeedSpider(ApiSpider):
    """Yields a `FeedPost` for each work of the users that the account follows; needs its cookies.

    scrapy crawl douyin_follow_feed -a max_counts=200
    """

    name = "douyin_follow_feed"
    mode = "follow"
    args: OwnArgs
    item = FeedPost
    endpoints = (FollowFeed,)
    wants = ("sec_user_id",)

    def build_first_page(self, link: Link) -> FollowFeed:  # noqa: ARG002 - each account has one
        return FollowFeed()

    def find_owner(self, link: Link) -> Owner:
        return Owner(UserProfile(sec_user_id=link.id), User)
