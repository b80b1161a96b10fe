"""Profiles of Douyin users."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.users import Profile


class DouyinUserProfileSpider(ApiSpider):
    """Yields the `Profile` of each link.

    scrapy crawl douyin_user_profile -a url=https://www.douyin.com/user/MS4w... -O users.csv
    """

    name = "douyin_user_profile"
    mode = "profile"
    args: LinkArgs
    item = Profile
    endpoints = (UserProfile,)
    wants = ("sec_user_id",)

    def build_first_page(self, link: Link) -> UserProfile:
        return UserProfile(sec_user_id=link.id)
