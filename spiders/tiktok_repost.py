"""Works that TikTok users reposted."""

from f2scrapy.crawl.arguments import CursorArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.posts import UserRepost
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import User


class TiktokRepostSpider(ApiSpider):
    """Yields a `Post` for each work a user reposted, the latest reposted first.

    scrapy crawl tiktok_repost -a url=https://www.tiktok.com/@nasa
    """

    name = "tiktok_repost"
    mode = "repost"
    args: CursorArgs
    item = Post
    endpoints = (UserRepost,)
    owner = (UserProfile, User)
    wants = ("sec_user_id", "unique_id")
    new_on_top = True
