"""Live statuses of TikTok users and broadcasts."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.crawl.targets import Targets
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok.endpoints.live import MAX_ROOMS, LiveEnter, RoomAlive
from f2scrapy.platforms.tiktok.items.live import RoomOnAir


class TiktokLiveStatusSpider(ApiSpider):
    """Yields a `UserOnAir` for each name, a `RoomOnAir` for each room_id.

    scrapy crawl tiktok_live_status -a url="nasa 7521465059755937922"

    One request asks for up to 50 room_ids; each name costs a request of its own.
    """

    name = "tiktok_live_status"
    mode = "live_status"
    args: LinkArgs
    item = RoomOnAir
    endpoints = (LiveEnter, RoomAlive)
    wants = ("unique_id", "room_id")

    def find_targets(self) -> Targets:
        """Return what the user named, with room_ids joined to few links."""
        found = super().find_targets()
        rooms = [link.id for link in found.links if link.kind == "room_id"]
        groups = (rooms[first : first + MAX_ROOMS] for first in range(0, len(rooms), MAX_ROOMS))
        joined = [Link("room_id", ",".join(group)) for group in groups]
        others = [link for link in found.links if link.kind != "room_id"]
        return found._replace(links=[*others, *joined])

    def build_first_page(self, link: Link) -> LiveEnter | RoomAlive:
        if link.kind == "room_id":
            return RoomAlive(room_id=link.id)
        return LiveEnter(unique_id=link.id)
