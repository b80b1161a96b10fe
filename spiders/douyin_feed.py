"""What Douyin's start page recommends."""

from f2scrapy.args import FeedArgs
from f2scrapy.douyin.endpoints.feeds import HomeFeed
from f2scrapy.douyin.endpoints.users import UserProfile
from f2scrapy.douyin.items.posts import Post
from f2scrapy.douyin.items.users import User
from f2scrapy.link import Link
from f2scrapy.spider import ApiSpider, Owner


class DouyinFeedSpider(ApiSpider):
    """Yields a `Post` for each work that is recommended to this visitor.

    scrapy crawl douyin_feed -a max_counts=200
    """

    name = "douyin_feed"
    mode = "feed"
    args: FeedArgs
    item = Post
    wants = ("sec_user_id",)

    def first(self, link: Link) -> HomeFeed:  # noqa: ARG002 - there is one for each visitor
        return HomeFeed()

    def owner(self, link: Link) -> Owner:
        return Owner(UserProfile(sec_user_id=link.id), User)
