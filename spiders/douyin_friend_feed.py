"""Works of a Douyin account's friends."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.feeds import FriendFeed
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.feeds import FeedPost
from f2scrapy.platforms.douyin.items.users import User


class DouyinFriendFeedSpider(ApiSpider):
    """Yields a `FeedPost` for each work of the account's friends; needs its cookies.

    scrapy crawl douyin_friend_feed -a max_counts=200
    """

    name = "douyin_friend_feed"
    mode = "friend"
    args: OwnArgs
    item = FeedPost
    endpoints = (FriendFeed,)
    wants = ("sec_user_id",)

    def build_first_page(self, link: Link) -> FriendFeed:  # noqa: ARG002 - each account has one
        return FriendFeed()

    def find_owner(self, link: Link) -> Owner:
        return Owner(UserProfile(sec_user_id=link.id), User)
