"""Works similar to Douyin works."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.feeds import RelatedPosts
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinRelatedSpider(ApiSpider):
    """Yields a `Post` for each work similar to a given one, without repeats.

    scrapy crawl douyin_related -a url=https://www.douyin.com/video/7298145681699622182
    """

    name = "douyin_related"
    mode = "related"
    args: ListArgs
    item = Post
    endpoints = (RelatedPosts,)
    owner = (PostDetail, Post)
    wants = ("aweme_id",)

    def get_subfolder(self, link: Link) -> str:
        return link.id
