"""Works that the Douyin account collected."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.favorites import UserCollection
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User


class DouyinUserCollectionSpider(ApiSpider):
    """Yields a `Post` for each work in the account's collection, the latest collected first.

    scrapy crawl douyin_user_collection -a max_counts=100 -s F2_COOKIES=cookies.txt
    scrapy crawl douyin_user_collection -a url=https://www.douyin.com/user/MS4w...
    """

    name = "douyin_user_collection"
    mode = "collection"
    args: OwnArgs
    item = Post
    endpoints = (UserCollection,)
    owner = (UserProfile, User)
    wants = ("sec_user_id",)
    new_on_top = True
