"""Recommendations of Douyin's start page."""

from f2scrapy.crawl.arguments import FeedArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.feeds import HomeFeed
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User


class DouyinFeedSpider(ApiSpider):
    """Yields a `Post` for each work recommended to this visitor.

    scrapy crawl douyin_feed -a max_counts=200
    """

    name = "douyin_feed"
    mode = "feed"
    args: FeedArgs
    item = Post
    endpoints = (HomeFeed,)
    owner = (UserProfile, User)
    wants = ("sec_user_id",)
