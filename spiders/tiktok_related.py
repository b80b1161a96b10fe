"""Works similar to TikTok works."""

from f2scrapy.args import ListArgs
from f2scrapy.link import Link
from f2scrapy.spider import ApiSpider, Owner
from f2scrapy.tiktok.endpoints.posts import PostDetail, RelatedPosts
from f2scrapy.tiktok.items.posts import Post


class TiktokRelatedSpider(ApiSpider):
    """Yields a `Post` for each work the platform calls similar to one, none of them twice.

    scrapy crawl tiktok_related -a url=https://www.tiktok.com/@nasa/video/7298145681699622182
    """

    name = "tiktok_related"
    mode = "related"
    args: ListArgs
    item = Post
    wants = ("aweme_id",)

    def first(self, link: Link) -> RelatedPosts:
        return RelatedPosts(item_id=link.id)

    def owner(self, link: Link) -> Owner:
        return Owner(PostDetail(item_id=link.id), Post)

    def subfolder(self, link: Link) -> str:
        return link.id
