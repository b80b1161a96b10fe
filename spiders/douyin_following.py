"""Users that Douyin users follow."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from f2scrapy.crawl.arguments import OrderedFollowArgs, parse_digits
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.follows import FOLLOWING, UserFollowing
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.follows import ListedUser
from f2scrapy.platforms.douyin.items.users import User


class FollowingArgs(OrderedFollowArgs):
    """`source_type` is the order: 1 the latest followed first, 3 the earliest, 4 the site's."""

    source_type: Annotated[Literal[1, 3, 4], BeforeValidator(parse_digits)] = 4


class DouyinFollowingSpider(ApiSpider):
    """Yields a `ListedUser` for each user that the user follows.

    scrapy crawl douyin_following -a url=https://www.douyin.com/user/MS4w... -O following.csv

    The user may be a link, or the uid: digits. By the uid alone the platform gives no count.
    """

    name = "douyin_following"
    mode = "following"
    args: FollowingArgs
    item = ListedUser
    endpoints = (UserFollowing,)
    wants = ("sec_user_id", "uid")
    new_on_top = True  # if the order allows -a update=true

    def find_owner(self, link: Link) -> Owner | None:
        return None if link.kind == "uid" else Owner(UserProfile(sec_user_id=link.id), User)

    def build_first_page(self, link: Link) -> UserFollowing:
        """Return the first page by the user's number alone; their count is not known then."""
        return FOLLOWING[self.args.source_type](user_id=link.id)

    def build_first_page_for(self, link: Link, owner: User) -> UserFollowing:
        return FOLLOWING[self.args.source_type](user_id=owner.uid, sec_user_id=link.id)

    def count_expected(self, owner: User) -> int | None:
        return owner.following_count
