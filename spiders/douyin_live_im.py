"""Cursors of messages in Douyin's live rooms."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.errors import InputError
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter, LiveMessages
from f2scrapy.platforms.douyin.items.live import LiveCursor, LiveRoom


class DouyinLiveImSpider(ApiSpider):
    """Yields the `LiveCursor` of each room: the cursor and internal_ext for its WebSocket.

    scrapy crawl douyin_live_im -a url=https://live.douyin.com/660393530147
    """

    name = "douyin_live_im"
    mode = "live_im"
    args: LinkArgs
    item = LiveCursor
    endpoints = (LiveMessages,)
    wants = ("web_rid", "room_id")

    def build_first_page(self, link: Link) -> LiveMessages:
        return LiveMessages(room_id=link.id)

    def find_owner(self, link: Link) -> Owner | None:
        return None if link.kind == "room_id" else Owner(LiveEnter(web_rid=link.id), LiveRoom)

    def build_first_page_for(self, link: Link, owner: LiveRoom) -> LiveMessages:
        if not owner.room_id:
            raise InputError(f"room {link.id} has never been on air")
        return LiveMessages(room_id=owner.room_id)
