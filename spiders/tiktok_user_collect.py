"""Works that the TikTok account of the cookies collected."""

from f2scrapy.crawl.arguments import CursorArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.posts import UserCollect
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import Collector


class TiktokUserCollectSpider(ApiSpider):
    """Yields a `Post` for each work the account collected, the latest collected first.

    The link names the account's own page.

    scrapy crawl tiktok_user_collect -a url=https://www.tiktok.com/@me -s F2_COOKIES=cookies.txt
    """

    name = "tiktok_user_collect"
    mode = "collect"
    args: CursorArgs
    item = Post
    endpoints = (UserCollect,)
    owner = (UserProfile, Collector)
    wants = ("sec_user_id", "unique_id")
    new_on_top = True
