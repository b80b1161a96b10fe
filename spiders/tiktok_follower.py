"""Followers of TikTok users."""

from f2scrapy.crawl.arguments import FollowCursorArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.users import UserFollower, UserProfile
from f2scrapy.platforms.tiktok.items.users import ListedUser, User


class TiktokFollowerSpider(ApiSpider):
    """Yields a `ListedUser` for each follower of the user, the latest first.

    scrapy crawl tiktok_follower -a url=https://www.tiktok.com/@nasa -O follower.csv
    """

    name = "tiktok_follower"
    mode = "follower"
    args: FollowCursorArgs
    item = ListedUser
    endpoints = (UserFollower,)
    owner = (UserProfile, User)
    wants = ("sec_user_id", "unique_id")
    new_on_top = True  # if the order allows -a update=true

    def count_expected(self, owner: User) -> int | None:
        return owner.follower_count
