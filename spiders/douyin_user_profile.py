"""Profiles of Douyin users."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider
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
