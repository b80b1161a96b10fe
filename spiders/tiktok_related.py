"""Works similar to TikTok works."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok.endpoints.posts import PostDetail, RelatedPosts
from f2scrapy.platforms.tiktok.items.posts import Post


class TiktokRelatedSpider(ApiSpider):
    """Yields a `Post` for each work similar to a given one, without repeats.

    scrapy crawl tiktok_related -a url=https://www.tiktok.com/@nasa/video/7298145681699622182
    """

    name = "tiktok_related"
    mode = "related"
    args: ListArgs
    item = Post
    endpoints = (RelatedPosts,)
    owner = (PostDetail, Post)
    wants = ("aweme_id",)

    def get_subfolder(self, link: Link) -> str:
        return link.id
