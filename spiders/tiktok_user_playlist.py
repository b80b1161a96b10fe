"""Playlists of TikTok users."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.mixes import UserPlaylist
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.mixes import Playlist
from f2scrapy.platforms.tiktok.items.users import User


class TiktokUserPlaylistSpider(ApiSpider):
    """Yields a `Playlist` for each playlist of a user.

    scrapy crawl tiktok_user_playlist -a url=https://www.tiktok.com/@nasa -O playlists.csv
    """

    name = "tiktok_user_playlist"
    mode = "playlist"
    args: ListArgs
    item = Playlist
    endpoints = (UserPlaylist,)
    owner = (UserProfile, User)
    wants = ("sec_user_id", "unique_id")
