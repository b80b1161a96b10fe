"""Replays of broadcasts in Douyin's live rooms."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.replays import ReplayDetail
from f2scrapy.platforms.douyin.items.replays import Replay


class DouyinLiveReplaySpider(ApiSpider):
    """Yields the `Replay` of each link.

    scrapy crawl douyin_live_replay -a url=https://www.douyin.com/vsdetail/7331203341890049058
    """

    name = "douyin_live_replay"
    mode = "live_replay"
    args: LinkArgs
    item = Replay
    endpoints = (ReplayDetail,)
    wants = ("episode_id",)
