"""Works that use a Douyin sound."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.music import MusicDetail, MusicPosts
from f2scrapy.platforms.douyin.items.favorites import Sound
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinMusicSpider(ApiSpider):
    """Yields a `Post` for each work with a sound, as far as the platform lists them.

    scrapy crawl douyin_music -a url=https://www.douyin.com/music/7575030299194782782
    """

    name = "douyin_music"
    mode = "sound"
    args: ListArgs
    item = Post
    endpoints = (MusicPosts,)
    owner = (MusicDetail, Sound)
    wants = ("music_id",)
