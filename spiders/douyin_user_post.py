"""Works published by Douyin users."""

from f2scrapy.crawl.arguments import CursorArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.posts import UserPost
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User


class DouyinUserPostSpider(ApiSpider):
    """Yields a `Post` for each work a user published, newest first.

    scrapy crawl douyin_user_post -a url=https://www.douyin.com/user/MS4w... -a max_counts=100
    """

    name = "douyin_user_post"
    mode = "post"
    args: CursorArgs
    item = Post
    endpoints = (UserPost,)
    owner = (UserProfile, User)
    wants = ("sec_user_id",)
    newest_first = True
    is_own = True

    def count_expected(self, owner: User) -> int | None:
        return owner.aweme_count
