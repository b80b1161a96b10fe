"""Works of a Douyin account's friends."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.spider import ApiSpider
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
    owner = (UserProfile, User)
    wants = ("sec_user_id",)
