"""Users that TikTok users follow."""

from f2scrapy.crawl.arguments import FollowCursorArgs
from f2scrapy.crawl.spider import ApiSpider, Owner
from f2scrapy.model.link import Link
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
    wants = ("sec_user_id", "unique_id")
    new_on_top = True  # if the order allows -a update=true

    def first(self, link: Link) -> UserFollowing:
        return UserFollowing(sec_user_id=link.id)

    def owner(self, link: Link) -> Owner:
        return Owner(UserProfile.of(link), User)

    def expected(self, owner: User) -> int | None:
        return owner.following_count
