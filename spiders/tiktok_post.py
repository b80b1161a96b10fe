"""Single TikTok works."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.posts import PostDetail
from f2scrapy.platforms.tiktok.items.posts import Post


class TiktokPostSpider(ApiSpider):
    """Yields the `Post` of each link: a video or a set of photos.

    scrapy crawl tiktok_post -a url=https://www.tiktok.com/@nasa/video/7298145681699622182
    """

    name = "tiktok_post"
    mode = "one"
    args: LinkArgs
    item = Post
    endpoints = (PostDetail,)
    wants = ("aweme_id",)
