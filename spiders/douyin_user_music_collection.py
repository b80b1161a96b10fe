"""Music that the Douyin account collected."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.favorites import UserMusicCollection
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.favorites import Sound
from f2scrapy.platforms.douyin.items.users import User


class DouyinUserMusicCollectionSpider(ApiSpider):
    """Yields a `Sound` for each piece of music the account collected: music, cover, lyrics as LRC.

    scrapy crawl douyin_user_music_collection -s F2_COOKIES=cookies.txt
    scrapy crawl douyin_user_music_collection -a url=https://www.douyin.com/user/MS4w...
    """

    name = "douyin_user_music_collection"
    mode = "music"
    args: OwnArgs
    item = Sound
    endpoints = (UserMusicCollection,)
    owner = (UserProfile, User)
    wants = ("sec_user_id",)
    new_on_top = True
