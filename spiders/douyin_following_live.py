"""Live rooms of the users that a Douyin account follows."""

from f2scrapy.crawl.arguments import PaginationArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.live import FollowingLive
from f2scrapy.platforms.douyin.items.live import LiveRoom


class DouyinFollowingLiveSpider(ApiSpider):
    """Yields the `LiveRoom` of each followed user that is on air.

    scrapy crawl douyin_following_live -a max_counts=10
    """

    name = "douyin_following_live"
    mode = "following_live"
    args: PaginationArgs
    item = LiveRoom
    endpoints = (FollowingLive,)
