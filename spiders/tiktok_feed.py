"""Recommendations of TikTok's start page."""

from f2scrapy.crawl.arguments import FeedArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.posts import HomeFeed
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import User


class TiktokFeedSpider(ApiSpider):
    """Yields a `Post` for each work recommended to this visitor.

    scrapy crawl tiktok_feed -a max_counts=200
    """

    name = "tiktok_feed"
    mode = "feed"
    args: FeedArgs
    item = Post
    endpoints = (HomeFeed,)
    owner = (UserProfile, User)
    wants = ("sec_user_id", "unique_id")
