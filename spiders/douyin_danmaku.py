"""Danmaku of published Douyin videos."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.danmaku import PostDanmaku
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.items.danmaku import Danmaku
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinDanmakuSpider(ApiSpider):
    """Yields a `Danmaku` for each danmaku of a video, in the order of the video's windows.

    scrapy crawl douyin_danmaku -a url=https://www.douyin.com/video/7298145681699622182
    """

    name = "douyin_danmaku"
    mode = "danmaku"
    args: ListArgs
    item = Danmaku
    endpoints = (PostDanmaku,)
    owner = (PostDetail, Post)
    wants = ("aweme_id",)

    def build_first_page_for(self, link: Link, owner: Post) -> PostDanmaku:
        return PostDanmaku.of_work(link.id, owner.duration_ms)
