"""Works similar to Douyin works."""

from f2scrapy.args import ListArgs
from f2scrapy.douyin.endpoints.feeds import RelatedPosts
from f2scrapy.douyin.endpoints.posts import PostDetail
from f2scrapy.douyin.items.posts import Post
from f2scrapy.link import Link
from f2scrapy.spider import ApiSpider, Owner


class DouyinRelatedSpider(ApiSpider):
    """Yields a `Post` for each work the platform calls similar to one, none of them twice.

    scrapy crawl douyin_related -a url=https://www.douyin.com/video/7298145681699622182
    """

    name = "douyin_related"
    mode = "related"
    args: ListArgs
    item = Post
    wants = ("aweme_id",)

    def first(self, link: Link) -> RelatedPosts:
        return RelatedPosts(aweme_id=link.id)

    def owner(self, link: Link) -> Owner:
        return Owner(PostDetail(aweme_id=link.id), Post)

    def subfolder(self, link: Link) -> str:
        return link.id
