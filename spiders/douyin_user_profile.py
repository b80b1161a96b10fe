"""Profiles of Douyin users."""

from f2scrapy.douyin.items import User

from f2scrapy.args import Args
from f2scrapy.douyin.endpoints import UserProfile
from f2scrapy.spider import ApiSpider


class DouyinUserProfileSpider(ApiSpider):
    """Yields the `User` of each link.

    scrapy crawl douyin_user_profile -a url=https://www.douyin.com/user/MS4w... -O users.csv
    """

    name = "douyin_user_profile"
    mode = "profile"
    args: Args
    item = User
    wants = ("sec_user_id",)

    def first(self, sec_user_id: str) -> UserProfile:
        return UserProfile(sec_user_id=sec_user_id)
