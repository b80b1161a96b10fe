"""Works that the Douyin account watched."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.favorites import History
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User


class DouyinHistorySpider(ApiSpider):
    """Yields a `Post` for each work the account watched, the latest watched first.

    scrapy crawl douyin_history -s F2_COOKIES=cookies.txt
    scrapy crawl douyin_history -a url=https://www.douyin.com/user/MS4w...
    """

    name = "douyin_history"
    mode = "history"
    args: OwnArgs
    item = Post
    endpoints = (History,)
    owner = (UserProfile, User)
    wants = ("sec_user_id",)
    new_on_top = True
