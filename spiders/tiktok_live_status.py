"""Which broadcasts of TikTok are on air."""

from typing import ClassVar

from f2scrapy.args import LinkArgs
from f2scrapy.errors import InputError
from f2scrapy.link import Link
from f2scrapy.spider import ApiSpider, Owner
from f2scrapy.tiktok.endpoints.live import LiveEnter, RoomsOnAir
from f2scrapy.tiktok.items.live import LiveRoom, RoomOnAir
from f2scrapy.tiktok.links import ROOM_IDS


class TiktokLiveStatusSpider(ApiSpider):
    """Yields a `RoomOnAir` for each user or room_id: whether the broadcast is on air.

    scrapy crawl tiktok_live_status -a url="nasa 7521465059755937922"
    """

    name = "tiktok_live_status"
    mode = "live_status"
    args: LinkArgs
    item = RoomOnAir
    wants = ("unique_id", "room_id")
    ids: ClassVar = ROOM_IDS

    def first(self, link: Link) -> RoomsOnAir:
        return RoomsOnAir(room_ids=link.id)

    def owner(self, link: Link) -> Owner | None:
        return None if link.kind == "room_id" else Owner(LiveEnter(unique_id=link.id), LiveRoom)

    def known_as(self, link: Link, owner: LiveRoom) -> Link:
        if not owner.room_id:
            raise InputError(f"@{link.id} has never been on air")
        return Link("room_id", owner.room_id)
