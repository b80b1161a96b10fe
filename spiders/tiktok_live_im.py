"""Cursors of messages in TikTok's live rooms."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.errors import InputError
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok.endpoints.live import LiveEnter, LiveMessages
from f2scrapy.platforms.tiktok.items.live import LiveCursor, LiveRoom


class TiktokLiveImSpider(ApiSpider):
    """Yields the `LiveCursor` of each room: the cursor and internal_ext for its WebSocket.

    scrapy crawl tiktok_live_im -a url=https://www.tiktok.com/@nasa/live
    """

    name = "tiktok_live_im"
    mode = "live_im"
    args: LinkArgs
    item = LiveCursor
    endpoints = (LiveMessages,)
    wants = ("unique_id", "room_id")

    def build_first_page(self, link: Link) -> LiveMessages:
        return LiveMessages(room_id=link.id)

    def find_owner(self, link: Link) -> Owner | None:
        return None if link.kind == "room_id" else Owner(LiveEnter(unique_id=link.id), LiveRoom)

    def resolve_link(self, link: Link, owner: LiveRoom) -> Link:
        if not owner.room_id:
            raise InputError(f"@{link.id} has never been on air")
        return Link("room_id", owner.room_id)
