"""The Douyin account's folders of collected works."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.favorites import UserCollects
from f2scrapy.platforms.douyin.items.favorites import CollectsFolder


class DouyinUserCollectsSpider(ApiSpider):
    """Yields a `CollectsFolder` for each folder of the account; no files.

    scrapy crawl douyin_user_collects -s F2_COOKIES=cookies.txt -O folders.csv
    scrapy crawl douyin_user_collects -a url=https://www.douyin.com/user/MS4w...
    """

    name = "douyin_user_collects"
    mode = "collects"
    args: OwnArgs
    item = CollectsFolder
    endpoints = (UserCollects,)
    wants = ("sec_user_id",)
