"""Recommendations of Douyin's start page."""

from f2scrapy.crawl.arguments import FeedArgs
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
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
    wants = ("sec_user_id",)

    def build_first_page(self, link: Link) -> HomeFeed:  # noqa: ARG002 - there is one for each visitor
        return HomeFeed()

    def find_owner(self, link: Link) -> Owner:
        return Owner(UserProfile(sec_user_id=link.id), User)
