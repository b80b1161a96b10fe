"""Live rooms of Douyin."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter, LiveReflow
from f2scrapy.platforms.douyin.items.live import LiveRoom


class DouyinLiveSpider(ApiSpider):
    """Yields the `LiveRoom` of each link or id: on air with its streams, over, or not on air.

    scrapy crawl douyin_live -a url=https://live.douyin.com/660393530147

    The number in a room's link is its permanent web_rid; a room_id (19 digits, in links of the
    app) identifies one broadcast.
    """

    name = "douyin_live"
    mode = "live"
    args: LinkArgs
    item = LiveRoom
    endpoints = (LiveEnter, LiveReflow)
    wants = ("web_rid", "room_id")

    def build_first_page(self, link: Link) -> LiveEnter | LiveReflow:
        return LiveReflow(room_id=link.id) if link.kind == "room_id" else LiveEnter(web_rid=link.id)
