"""Live statuses of TikTok users and broadcasts."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok.endpoints.live import LiveEnter, RoomAlive
from f2scrapy.platforms.tiktok.items.live import RoomOnAir


class TiktokLiveStatusSpider(ApiSpider):
    """Yields a `UserOnAir` for each name, a `RoomOnAir` for each room_id.

    scrapy crawl tiktok_live_status -a url="nasa 7521465059755937922"
    """

    name = "tiktok_live_status"
    mode = "live_status"
    args: LinkArgs
    item = RoomOnAir
    endpoints = (LiveEnter, RoomAlive)
    wants = ("unique_id", "room_id")

    def build_first_page(self, link: Link) -> LiveEnter | RoomAlive:
        if link.kind == "room_id":
            return RoomAlive(room_id=link.id)
        return LiveEnter(unique_id=link.id)
