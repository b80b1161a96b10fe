"""Works published by TikTok users."""

from f2scrapy.crawl.arguments import CursorArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.posts import UserPost
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import User


class TiktokUserPostSpider(ApiSpider):
    """Yields a `Post` for each work a user published, newest first.

    scrapy crawl tiktok_user_post -a url=https://www.tiktok.com/@nasa -a max_counts=100
    """

    name = "tiktok_user_post"
    mode = "post"
    args: CursorArgs
    item = Post
    endpoints = (UserPost,)
    owner = (UserProfile, User)
    wants = ("sec_user_id", "unique_id")
    newest_first = True
    is_own = True

    def count_expected(self, owner: User) -> int | None:
        return owner.aweme_count
