"""Works liked by Douyin users."""

from f2scrapy.crawl.arguments import CursorArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.favorites import UserLike
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.favorites import Liker
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinUserLikeSpider(ApiSpider):
    """Yields a `Post` for each work a user likes, the latest liked first.

    Only for users that show them to others, or the account of the cookies.

    scrapy crawl douyin_user_like -a url=https://www.douyin.com/user/MS4w... -a max_counts=100
    """

    name = "douyin_user_like"
    mode = "like"
    args: CursorArgs
    item = Post
    endpoints = (UserLike,)
    owner = (UserProfile, Liker)
    wants = ("sec_user_id",)
    new_on_top = True

    def count_expected(self, owner: Liker) -> int | None:
        return owner.favoriting_count
