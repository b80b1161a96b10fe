"""Works that the Douyin account keeps to watch later."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.favorites import WatchLater
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User


class DouyinWatchLaterSpider(ApiSpider):
    """Yields a `Post` for each work the account keeps to watch later.

    scrapy crawl douyin_watch_later -s F2_COOKIES=cookies.txt
    scrapy crawl douyin_watch_later -a url=https://www.douyin.com/user/MS4w...
    """

    name = "douyin_watch_later"
    mode = "watch_later"
    args: OwnArgs
    item = Post
    endpoints = (WatchLater,)
    owner = (UserProfile, User)
    wants = ("sec_user_id",)
    new_on_top = True
