"""Single Douyin works."""

from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinPostSpider(ApiSpider):
    """Yields the `Post` of each link: a video, an image set, live photos or slides.

    scrapy crawl douyin_post -a url=https://www.douyin.com/video/7298145681699622182
    """

    name = "douyin_post"
    mode = "one"
    args: LinkArgs
    item = Post
    endpoints = (PostDetail,)
    wants = ("aweme_id",)
