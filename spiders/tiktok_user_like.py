"""Works liked by TikTok users."""

from f2scrapy.crawl.arguments import CursorArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.posts import UserLike
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import Liker


class TiktokUserLikeSpider(ApiSpider):
    """Yields a `Post` for each work a user likes, the latest liked first.

    Only for users that show them to others, or the account of the cookies.

    scrapy crawl tiktok_user_like -a url=https://www.tiktok.com/@nasa -a max_counts=100
    """

    name = "tiktok_user_like"
    mode = "like"
    args: CursorArgs
    item = Post
    endpoints = (UserLike,)
    owner = (UserProfile, Liker)
    wants = ("sec_user_id", "unique_id")
    new_on_top = True

    def count_expected(self, owner: Liker) -> int | None:
        return owner.favoriting_count or None  # hidden likes may be counted as 0
