"""Users that TikTok users follow."""

from f2scrapy.crawl.arguments import FollowCursorArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.users import UserFollowing, UserProfile
from f2scrapy.platforms.tiktok.items.users import ListedUser, User


class TiktokFollowingSpider(ApiSpider):
    """Yields a `ListedUser` for each user that the user follows, the latest first.

    scrapy crawl tiktok_following -a url=https://www.tiktok.com/@nasa -O following.csv
    """

    name = "tiktok_following"
    mode = "following"
    args: FollowCursorArgs
    item = ListedUser
    endpoints = (UserFollowing,)
    owner = (UserProfile, User)
    wants = ("sec_user_id", "unique_id")
    new_on_top = True  # if the order allows -a update=true

    def count_expected(self, owner: User) -> int | None:
        return owner.following_count
