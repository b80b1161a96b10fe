"""Topics that people search for most on Douyin."""

from f2scrapy.crawl.arguments import Args
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.crawl.targets import Targets
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.search import HotSearch
from f2scrapy.platforms.douyin.items.search import HotTopic


class DouyinHotSearchSpider(ApiSpider):
    """Yields a `HotTopic` for each topic on the board, then for each rising one.

    scrapy crawl douyin_hot_search -O hot.csv
    """

    name = "douyin_hot_search"
    mode = "hot_search"
    args: Args
    item = HotTopic
    endpoints = (HotSearch,)

    def find_targets(self) -> Targets:
        return Targets([Link("list", "board")], [])
