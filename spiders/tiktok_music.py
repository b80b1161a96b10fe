"""Works that use a TikTok sound."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.music import MusicDetail, MusicPosts
from f2scrapy.platforms.tiktok.items.music import Sound
from f2scrapy.platforms.tiktok.items.posts import Post


class TiktokMusicSpider(ApiSpider):
    """Yields a `Post` for each work with a sound, as far as the platform lists them.

    scrapy crawl tiktok_music -a url=https://www.tiktok.com/music/Moon-6956990112127585029
    """

    name = "tiktok_music"
    mode = "sound"
    args: ListArgs
    item = Post
    endpoints = (MusicPosts,)
    owner = (MusicDetail, Sound)
    wants = ("music_id",)
