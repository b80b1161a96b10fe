"""Works of the users that a Douyin account follows."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.spider import ApiSpider
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
    owner = (UserProfile, User)
    wants = ("sec_user_id",)
