"""Folders of works that TikTok users collected."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.mixes import UserCollects
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.mixes import CollectsFolder
from f2scrapy.platforms.tiktok.items.users import User


class TiktokUserCollectsSpider(ApiSpider):
    """Yields a `CollectsFolder` for each public folder of a user, and each one of the account.

    scrapy crawl tiktok_user_collects -a url=https://www.tiktok.com/@nasa -O folders.csv
    """

    name = "tiktok_user_collects"
    mode = "collects"
    args: ListArgs
    item = CollectsFolder
    endpoints = (UserCollects,)
    owner = (UserProfile, User)
    wants = ("sec_user_id", "unique_id")
