"""Profiles of TikTok users."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.users import Profile


class TiktokUserProfileSpider(ApiSpider):
    """Yields the `Profile` of each link.

    scrapy crawl tiktok_user_profile -a url="nasa esa" -O users.csv
    """

    name = "tiktok_user_profile"
    mode = "profile"
    args: LinkArgs
    item = Profile
    endpoints = (UserProfile,)
    wants = ("sec_user_id", "unique_id")
