"""The identity that Douyin assigned to this browser."""

from f2scrapy.crawl.arguments import Args
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.crawl.targets import Targets
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.guests import QueryUser
from f2scrapy.platforms.douyin.items.guests import Guest


class DouyinQueryUserSpider(ApiSpider):
    """Yields one `Guest`: the ids that the platform assigned to the requesting identity.

    scrapy crawl douyin_query_user -O guest.jsonl
    """

    name = "douyin_query_user"
    mode = "query_user"
    args: Args
    item = Guest
    endpoints = (QueryUser,)

    def find_targets(self) -> Targets:
        return Targets([Link("guest", "self")], [])
