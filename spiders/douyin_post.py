"""Single Douyin works."""

from f2scrapy.args import LinkArgs
from f2scrapy.douyin.endpoints.posts import PostDetail
from f2scrapy.douyin.items.posts import Post
from f2scrapy.link import Link
from f2scrapy.spider import ApiSpider


class DouyinPostSpider(ApiSpider):
    """Yields the `Post` of each link: a video, an image set, live photos or slides.

    scrapy crawl douyin_post -a url=https://www.douyin.com/video/7298145681699622182
    """

    name = "douyin_post"
    mode = "one"
    args: LinkArgs
    item = Post
    wants = ("aweme_id",)

    def first(self, link: Link) -> PostDetail:
        return PostDetail(aweme_id=link.id)
