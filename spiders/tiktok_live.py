"""Live rooms of TikTok."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.live import LiveEnter
from f2scrapy.platforms.tiktok.items.live import LiveRoom


class TiktokLiveSpider(ApiSpider):
    """Yields the `LiveRoom` of each user: on air with its streams, over, or not on air.

    scrapy crawl tiktok_live -a url=https://www.tiktok.com/@nasa/live
    """

    name = "tiktok_live"
    mode = "live"
    args: LinkArgs
    item = LiveRoom
    endpoints = (LiveEnter,)
    wants = ("unique_id",)
