"""Rankings of the viewers in Douyin's live rooms."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.errors import InputError
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter, LiveRank, LiveReflow
from f2scrapy.platforms.douyin.items.live import LiveRoom, RankedViewer


class DouyinLiveRankSpider(ApiSpider):
    """Yields a `RankedViewer` for each viewer in the ranking of a broadcast, the first one first.

    scrapy crawl douyin_live_rank -a url=https://live.douyin.com/660393530147
    """

    name = "douyin_live_rank"
    mode = "live_rank"
    args: ListArgs
    item = RankedViewer
    endpoints = (LiveRank,)
    wants = ("web_rid", "room_id")

    def find_owner(self, link: Link) -> Owner:
        by_id = link.kind == "room_id"
        return Owner(LiveReflow(room_id=link.id) if by_id else LiveEnter(web_rid=link.id), LiveRoom)

    def build_first_page_for(self, link: Link, owner: LiveRoom) -> LiveRank:
        if not owner.room_id:
            raise InputError(f"room {link.id} has never been on air")
        return LiveRank(room_id=owner.room_id, anchor_id=owner.uid, sec_anchor_id=owner.sec_user_id)
