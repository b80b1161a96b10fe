"""Works that use a Douyin sound."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
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
    wants = ("music_id",)

    def build_first_page(self, link: Link) -> MusicPosts:
        return MusicPosts(music_id=link.id)

    def find_owner(self, link: Link) -> Owner:
        return Owner(MusicDetail(music_id=link.id), Sound)
